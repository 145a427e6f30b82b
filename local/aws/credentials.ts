import { randomBytes } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { sendJson } from './http-json';
import { Credential, CredentialStore, Now } from './types';

/** What a process signs with, in the field names of the SDK's credential providers. */
export interface IssuedCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Absent for a key that never expires. */
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface IssueOptions {
  /** Seconds until calls get `ExpiredToken`; without it the key lasts and has no session token. */
  readonly ttlSeconds?: number;
}

export interface LocalCredentialsOptions {
  readonly now?: Now;
  /**
   * Lifetime of a key that the container endpoint hands out, in seconds.
   *
   * @default 3600, as ECS does
   */
  readonly ttlSeconds?: number;
}

const DEFAULT_TTL_SECONDS = 3600;
/** An expired key is still recognized for a day, so that its use is called expired and not unknown. */
const FORGET_AFTER_MS = 24 * 3600_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Issues keys for the principals of the template and serves them as the ECS agent serves a task its role. */
export class LocalCredentials implements CredentialStore {
  private readonly issued = new Map<string, Credential>();
  private readonly endpoints = new Map<string, string>();
  private readonly now: Now;
  private ttlSeconds: number;

  constructor(options: LocalCredentialsOptions = {}) {
    this.now = options.now ?? (() => new Date());
    this.ttlSeconds = options.ttlSeconds ?? DEFAULT_TTL_SECONDS;
  }

  find(accessKeyId: string): Credential | undefined {
    return this.issued.get(accessKeyId);
  }

  /** A new key for the role, beside those it already has. */
  issue(principalArn: string, options: IssueOptions = {}): IssuedCredential {
    this.forgetLongExpired();
    const temporary = options.ttlSeconds !== undefined;
    const accessKeyId = randomKeyId(temporary ? 'ASIA' : 'AKIA');
    const secretAccessKey = randomBytes(30).toString('base64');
    const expiry = temporary
      ? { sessionToken: randomBytes(96).toString('base64'), expiration: new Date(this.now().getTime() + options.ttlSeconds! * 1000) }
      : {};
    this.issued.set(accessKeyId, {
      caller: { accessKeyId, principalArn }, secretAccessKey, sessionToken: expiry.sessionToken, expiresAt: expiry.expiration,
    });
    return { accessKeyId, secretAccessKey, ...expiry };
  }

  /** Path under which the role's container fetches its keys: `AWS_CONTAINER_CREDENTIALS_FULL_URI` without the endpoint. */
  containerPath(principalArn: string): string {
    const known = [...this.endpoints].find(([, arn]) => arn === principalArn)?.[0];
    const id = known ?? randomBytes(16).toString('hex');
    this.endpoints.set(id, principalArn);
    return `/credentials/${id}`;
  }

  /** From now on the container endpoint hands out keys of this lifetime; negative ones are born expired. */
  setTtl(seconds: number): void {
    this.ttlSeconds = seconds;
  }

  /** Ends the life of every temporary key of the role now, as when its session is revoked. */
  expireNow(principalArn: string): void {
    const expiresAt = this.now();
    for (const [id, credential] of this.issued) {
      if (credential.caller.principalArn === principalArn && credential.expiresAt) this.issued.set(id, { ...credential, expiresAt });
    }
  }

  /** The role whose keys a request to the container endpoint is for. */
  ownerOf({ url = '' }: IncomingMessage): string | undefined {
    const id = /^\/credentials\/([0-9a-f]{32})$/.exec(url)?.[1];
    return id === undefined ? undefined : this.endpoints.get(id);
  }

  /** Answers `GET /credentials/<id>`; every fetch gets a new key. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const principalArn = this.ownerOf(request);
    if (principalArn === undefined || request.method !== 'GET') {
      sendJson(response, 404, { code: 'InvalidIdInRequest', message: 'no task has this credentials id' });
      return;
    }
    const key = this.issue(principalArn, { ttlSeconds: this.ttlSeconds });
    sendJson(response, 200, {
      RoleArn: principalArn,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      Token: key.sessionToken,
      Expiration: key.expiration!.toISOString(),
    });
  }

  private forgetLongExpired(): void {
    const before = this.now().getTime() - FORGET_AFTER_MS;
    for (const [id, { expiresAt }] of this.issued) if (expiresAt && expiresAt.getTime() < before) this.issued.delete(id);
  }
}

function randomKeyId(prefix: 'AKIA' | 'ASIA'): string {
  return prefix + [...randomBytes(16)].map(byte => BASE32[byte % BASE32.length]).join('');
}
