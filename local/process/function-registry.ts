import type { FunctionDefinition } from '../template';
import { LambdaCredentials, LambdaFunction } from './lambda-function';
import { LogFile } from './log-file';

export interface FunctionRegistryOptions {
  readonly region: string;
  /** The AWS gateway. */
  readonly awsEndpoint: string;
  readonly bootstrapFile: string;
  /** Finds a function of the template by its ARN, or by that of a version or alias. */
  readonly definitionOf: (functionArn: string) => FunctionDefinition;
  readonly credentialsOf: (roleArn: string) => LambdaCredentials;
  readonly openLog: (name: string) => LogFile;
}

/** The functions that have been called so far: each starts with its first call. */
export class FunctionRegistry {
  /** By every ARN that was asked for: several may name one function. */
  private readonly functions = new Map<string, LambdaFunction>();

  constructor(private readonly options: FunctionRegistryOptions) {}

  get(functionArn: string): LambdaFunction {
    const known = this.functions.get(functionArn);
    if (known) return known;
    const definition = this.options.definitionOf(functionArn);
    const found = this.functions.get(definition.arn) ?? this.create(definition);
    this.functions.set(functionArn, found).set(definition.arn, found);
    return found;
  }

  /** For callers that want a result or an exception. */
  async invoke(functionArn: string, payload: unknown): Promise<unknown> {
    const outcome = await this.get(functionArn).invoke(payload);
    if (outcome.kind === 'error') throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    return JSON.parse(outcome.payload);
  }

  /** The code in a folder has changed. */
  reload(codeDirectory: string): void {
    new Set(this.functions.values()).forEach(each => { if (each.definition.codeDirectory === codeDirectory) each.reload(); });
  }

  async close(): Promise<void> {
    await Promise.all([...this.functions.values()].map(each => each.close()));
  }

  private create(definition: FunctionDefinition): LambdaFunction {
    const { credentialsOf, openLog, region, awsEndpoint, bootstrapFile } = this.options;
    const credentials = () => credentialsOf(definition.roleArn);
    return new LambdaFunction({ definition, region, awsEndpoint, bootstrapFile, credentials, log: openLog(definition.logicalId) });
  }
}
