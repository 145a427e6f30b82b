import { createHash, randomUUID } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UserPoolDefinition } from '../template';
import { Accounts, emailOf } from './accounts';
import { SignIn } from './sign-in';
import { loadSigningKey, SigningKey } from './signing-key';
import { answerUserPoolApi } from './user-pool-api';

export interface IssuedTokens {
  readonly accessToken: string;
  readonly idToken: string;
  /** The user's id: owner of what it uploads. */
  readonly sub: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface TokenOptions {
  /** @default - every scope of the pool's resource servers */
  readonly scopes?: readonly string[];
  /** Negative: born expired. @default - as the pool's client says */
  readonly lifetimeSeconds?: number;
  /** Of the authorization request; it comes back in the identity token. */
  readonly nonce?: string;
}

/**
 * Stands for the user pool: signs tokens of the shape Cognito's have and publishes the key to verify them.
 *
 * Tokens name the pool's own issuer, as the template's `ProviderURL` does, and not a local port: they stay valid when
 * the platform comes back on another one.
 */
export class LocalIssuer {
  static async start(pool: UserPoolDefinition, stateDirectory: string): Promise<LocalIssuer> {
    const issuer = new LocalIssuer(pool, await loadSigningKey(stateDirectory), new Accounts(stateDirectory));
    await new Promise<void>((resolve, reject) => issuer.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  private readonly server = http.createServer((request, response) => void this.answer(request, response));
  private readonly signIn: SignIn;

  private constructor(readonly pool: UserPoolDefinition, private readonly key: SigningKey, private readonly accounts: Accounts) {
    this.signIn = new SignIn((user, options) => this.issueTokens(user, options), pool, accounts);
  }

  /** Stands for the origin of the pool's domain: `/oauth2/authorize`, `/oauth2/token`, `/logout` are below it. */
  get signInOrigin(): string {
    return new URL(this.endpoint).origin;
  }

  /** Where the local key set is: this URL, then `/.well-known/jwks.json`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.pool.poolId}`;
  }

  get jwksUrl(): string {
    return `${this.endpoint}/.well-known/jwks.json`;
  }

  /** Signs a user in; the same name is the same user on every run. */
  async issueTokens(user: string, options: TokenOptions = {}): Promise<IssuedTokens> {
    const { scopes = this.pool.scopes, lifetimeSeconds = this.pool.accessTokenSeconds, nonce } = options;
    const now = Math.floor(Date.now() / 1000);
    const sub = userId(this.pool.poolId, user);
    const [clientId] = this.pool.clientIds;
    const shared = {
      sub, iss: this.pool.issuer, origin_jti: randomUUID(), event_id: randomUUID(), auth_time: now, iat: now, exp: now + lifetimeSeconds,
    };
    return {
      accessToken: await this.sign({
        ...shared, client_id: clientId, token_use: 'access', scope: scopes.join(' '), jti: randomUUID(), username: user, version: 2,
      }),
      idToken: await this.sign({
        ...shared, aud: clientId, token_use: 'id', 'cognito:username': user, email: emailOf(user), email_verified: true, jti: randomUUID(), ...nonce === undefined ? {} : { nonce },
      }),
      sub,
      expiresIn: lifetimeSeconds,
    };
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async sign(claims: Record<string, unknown>): Promise<string> {
    const { SignJWT } = await import('jose');
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: this.key.kid }).sign(this.key.privateKey);
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (await this.signIn.answer(request, response)) return;
    if (await answerUserPoolApi(request, response, this.accounts, this.pool.poolId, user => userId(this.pool.poolId, user))) return;
    const documents: Record<string, unknown> = {
      [`/${this.pool.poolId}/.well-known/jwks.json`]: { keys: [this.key.publicJwk] },
      [`/${this.pool.poolId}/.well-known/openid-configuration`]: {
        issuer: this.pool.issuer, jwks_uri: this.jwksUrl, id_token_signing_alg_values_supported: ['RS256'], subject_types_supported: ['public'],
      },
    };
    const document = request.method === 'GET' ? documents[request.url ?? ''] : undefined;
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(JSON.stringify(document ?? { message: 'The local issuer serves /.well-known/jwks.json and /.well-known/openid-configuration' }));
  }
}

/** Cognito draws a UUID; here it follows from the name. */
function userId(poolId: string, user: string): string {
  const hex = createHash('sha256').update(`${poolId}/${user}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
