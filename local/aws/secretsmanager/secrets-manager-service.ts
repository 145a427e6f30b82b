import { randomInt, randomUUID } from 'crypto';
import { JsonObject, ServiceError } from '../http-json';
import { accessDenied, JsonCall, JsonError, JsonReply, jsonReply, JsonService } from '../json-service';
import { StateFile } from '../state-file';
import { AccessDenied, Authorizer } from '../types';

/** A secret as the template makes it. */
export interface SecretDefinition {
  readonly arn: string;
  readonly name: string;
  /** Its first value, or how many characters are drawn at random for it. */
  readonly initial: { readonly value: string } | { readonly randomCharacters: number };
}

export interface SecretsManagerOptions {
  readonly stateFile: string;
  readonly secrets: readonly SecretDefinition[];
  readonly authorizer: Authorizer;
}

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
}

type State = Record<string, Version>;

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Secrets Manager for what the template's functions call: the current value, read and written. Earlier versions are not kept. */
export class SecretsManagerService implements JsonService {
  readonly name = 'secretsmanager';
  readonly targetPrefix = 'secretsmanager';
  private readonly file: StateFile<State>;
  private readonly state: State;

  constructor(private readonly options: SecretsManagerOptions) {
    this.file = new StateFile(options.stateFile);
    const stored = this.file.read({});
    this.state = Object.fromEntries(options.secrets.map(secret => [secret.arn, stored[secret.arn] ?? versionOf(initialValue(secret))]));
    this.file.write(this.state);
  }

  async execute({ operation, input, caller }: JsonCall): Promise<JsonReply> {
    const secret = this.find(String(input.SecretId));
    if (operation !== 'GetSecretValue' && operation !== 'PutSecretValue') {
      throw new ServiceError('UnknownOperationException', `The local Secrets Manager does not implement ${operation}.`);
    }
    try {
      this.options.authorizer.authorize(caller, `secretsmanager:${operation}`, secret.arn);
    } catch (error) {
      if (error instanceof AccessDenied) throw accessDenied(error, 'AccessDeniedException', 400);
      throw error;
    }
    return jsonReply(operation === 'GetSecretValue' ? this.get(secret) : this.put(secret, input));
  }

  /** What CloudFormation puts in for a dynamic reference. */
  valueOf(arn: string): string {
    return this.state[this.find(arn).arn].value;
  }

  renderError({ code, message, status }: ServiceError): JsonError {
    return { status, payload: { __type: code, message } };
  }

  async close(): Promise<void> {
    // Every change is on disk already.
  }

  private find(id: string): SecretDefinition {
    const found = this.options.secrets.find(({ arn, name }) => id === arn || id === name);
    if (!found) throw new ServiceError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return found;
  }

  private get({ arn, name }: SecretDefinition): JsonObject {
    const { id, value, createdAt } = this.state[arn];
    return { ARN: arn, Name: name, VersionId: id, VersionStages: ['AWSCURRENT'], SecretString: value, CreatedDate: createdAt };
  }

  private put({ arn, name }: SecretDefinition, { SecretString }: JsonObject): JsonObject {
    if (typeof SecretString !== 'string') throw new ServiceError('InvalidParameterException', 'You must provide SecretString; the local service keeps no binaries.');
    // 65,536 bytes (Secrets Manager quotas).
    if (Buffer.byteLength(SecretString) > 65_536) throw new ServiceError('InvalidParameterException', 'The secret is larger than 65536 bytes.');
    this.state[arn] = versionOf(SecretString);
    this.file.write(this.state);
    return { ARN: arn, Name: name, VersionId: this.state[arn].id, VersionStages: ['AWSCURRENT'] };
  }
}

function versionOf(value: string): Version {
  return { id: randomUUID(), value, createdAt: Math.floor(Date.now() / 1000) };
}

function initialValue({ initial }: SecretDefinition): string {
  if ('value' in initial) return initial.value;
  return Array.from({ length: initial.randomCharacters }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('');
}
