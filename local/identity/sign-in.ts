/** Sign-in page and OAuth endpoints of a user pool's domain: authorization code with PKCE, refresh, revocation, Cognito's logout. */
import { createHash, randomBytes } from 'node:crypto';
import * as http from 'node:http';
import { Accounts } from './accounts';
import { accountsPage, refusalPage } from './sign-in-page';
import type { UserPoolDefinition } from '../template';

interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly expiresIn: number;
}

type Issue = (user: string, options: { readonly scopes?: readonly string[]; readonly nonce?: string }) => Promise<Tokens>;

interface Grant {
  readonly user: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly nonce?: string;
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAt: number;
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => Promise<void> | void;

const COOKIE = 'local-sign-in';
/** Cognito's codes live as long (developer guide, "Authorize endpoint"). */
const CODE_MS = 5 * 60_000;
const MOST_BODY_BYTES = 10_000;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//;

/** What is wrong with a call, in OAuth's own word for it. */
class OAuthError extends Error {}

export class SignIn {
  private readonly codes = new Map<string, Code>();
  private readonly refreshTokens = new Map<string, Grant>();
  private readonly routes: Readonly<Record<string, Handler>> = {
    'GET /oauth2/authorize': (request, response, url) => this.authorize(request, response, url),
    'POST /login': (request, response, url) => this.login(request, response, url),
    'POST /oauth2/token': (request, response) => this.token(request, response),
    'POST /oauth2/revoke': (request, response) => this.revoke(request, response),
    'GET /logout': (_request, response, url) => this.logout(response, url),
  };

  constructor(private readonly issue: Issue, private readonly pool: UserPoolDefinition, private readonly accounts: Accounts) {}

  /** @returns false when the path is none of these */
  async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const handler = this.routes[`${request.method} ${url.pathname}`];
    if (!handler) return false;
    try {
      await handler(request, response, url);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      if (url.pathname.startsWith('/oauth2/') && request.method === 'POST') json(response, 400, { error: error.message });
      else html(response, 400, refusalPage(error.message));
    }
    return true;
  }

  /** Somebody who is signed in goes straight back, as with Cognito's own session. */
  private authorize(request: http.IncomingMessage, response: http.ServerResponse, url: URL): void {
    this.checkRequest(url.searchParams);
    const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w.%+-]+)`).exec(request.headers.cookie ?? '')?.[1];
    const user = this.accounts.list().find(account => encodeURIComponent(account) === cookie);
    if (user !== undefined) redirect(response, this.callback(user, url.searchParams));
    else html(response, 200, accountsPage(this.accounts.list(), `/login${url.search}`));
  }

  private async login(request: http.IncomingMessage, response: http.ServerResponse, url: URL): Promise<void> {
    this.checkRequest(url.searchParams);
    const user = (await readForm(request)).get('account') ?? '';
    if (!this.accounts.list().includes(user)) throw new OAuthError('access_denied');
    redirect(response, this.callback(user, url.searchParams), `${COOKIE}=${encodeURIComponent(user)}; Path=/; HttpOnly; SameSite=Lax`);
  }

  private async token(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const form = await readForm(request);
    const grant = form.get('grant_type') === 'refresh_token' ? this.refreshed(form) : this.redeemed(form);
    const { accessToken, idToken, expiresIn } = await this.issue(grant.user, { scopes: this.apiScopes(grant), nonce: grant.nonce });
    const answer = { access_token: accessToken, id_token: idToken, expires_in: expiresIn, token_type: 'Bearer' };
    // Cognito sends no new refresh token for an old one, unless the client asks for rotation.
    json(response, 200, form.get('grant_type') === 'refresh_token' ? answer : { ...answer, refresh_token: this.keep(grant) });
  }

  private async revoke(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.refreshTokens.delete((await readForm(request)).get('token') ?? '');
    json(response, 200, {});
  }

  private logout(response: http.ServerResponse, { searchParams }: URL): void {
    const target = searchParams.get('logout_uri') ?? '';
    if (!this.pool.clientIds.includes(searchParams.get('client_id') ?? '') || !LOOPBACK.test(target)) throw new OAuthError('invalid_request');
    redirect(response, target, `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
  }

  /** The template's callback URL names the distribution; this machine stands for it, so any URL of this machine is accepted. */
  private checkRequest(query: URLSearchParams): void {
    if (!this.pool.clientIds.includes(query.get('client_id') ?? '')) throw new OAuthError('invalid_client');
    if (!LOOPBACK.test(query.get('redirect_uri') ?? '')) throw new OAuthError('redirect_mismatch');
    if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge')) {
      throw new OAuthError('invalid_request');
    }
  }

  private callback(user: string, query: URLSearchParams): string {
    const code = randomBytes(24).toString('base64url');
    const redirectUri = query.get('redirect_uri')!;
    this.codes.set(code, {
      user,
      redirectUri,
      clientId: query.get('client_id')!,
      scopes: (query.get('scope') ?? '').split(' '),
      challenge: query.get('code_challenge')!,
      nonce: query.get('nonce') ?? undefined,
      expiresAt: Date.now() + CODE_MS,
    });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    if (query.has('state')) back.searchParams.set('state', query.get('state')!);
    return back.href;
  }

  /** A code works once, for who asked for it and knows the verifier. */
  private redeemed(form: URLSearchParams): Code {
    const code = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    const matches = code && code.expiresAt > Date.now() && code.clientId === form.get('client_id') && code.redirectUri === form.get('redirect_uri')
      && code.challenge === challenge;
    if (!matches) throw new OAuthError('invalid_grant');
    return code;
  }

  private refreshed(form: URLSearchParams): Grant {
    const grant = this.refreshTokens.get(form.get('refresh_token') ?? '');
    if (!grant || grant.clientId !== form.get('client_id')) throw new OAuthError('invalid_grant');
    return grant;
  }

  private keep({ user, clientId, scopes }: Grant): string {
    const token = randomBytes(32).toString('base64url');
    this.refreshTokens.set(token, { user, clientId, scopes });
    return token;
  }

  private apiScopes({ scopes }: Grant): readonly string[] {
    return this.pool.scopes.filter(scope => scopes.includes(scope));
  }
}

async function readForm(request: http.IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((body += chunk.toString('utf8')).length > MOST_BODY_BYTES) throw new OAuthError('invalid_request');
  }
  return new URLSearchParams(body);
}

function json(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'access-control-allow-origin': '*' });
  response.end(JSON.stringify(body));
}

function html(response: http.ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  });
  response.end(page);
}

function redirect(response: http.ServerResponse, location: string, cookie?: string): void {
  response.writeHead(302, { location, 'cache-control': 'no-store', ...cookie === undefined ? {} : { 'set-cookie': cookie } });
  response.end();
}
