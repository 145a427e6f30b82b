/** Authorization code with PKCE against Cognito's endpoints, by oauth4webapi. */
import * as oauth from 'oauth4webapi';
import type { ConsoleConfig } from '../config';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly user?: SignedInUser;
}

export interface SignedInUser {
  readonly id: string;
  readonly name: string;
}

/** What has to survive the way to the sign-in page and back. */
interface Attempt {
  readonly verifier: string;
  readonly nonce: string;
  readonly returnTo: string;
}

const ATTEMPT = 'sign-in:';

export class Pkce {
  private readonly server: oauth.AuthorizationServer;
  private readonly client: oauth.Client;
  private readonly options: { [oauth.allowInsecureRequests]: boolean };
  private readonly redirectUri = `${location.origin}/`;

  constructor(private readonly config: ConsoleConfig) {
    const { issuer, clientId, userPoolDomain } = config;
    // Known from the domain, which saves the round trip of discovery (Cognito developer guide, "Managed login endpoints").
    this.server = {
      issuer,
      authorization_endpoint: `${userPoolDomain}/oauth2/authorize`,
      token_endpoint: `${userPoolDomain}/oauth2/token`,
      revocation_endpoint: `${userPoolDomain}/oauth2/revoke`,
    };
    this.client = { client_id: clientId };
    // The local platform speaks plain HTTP on the loopback address, nothing else may.
    this.options = { [oauth.allowInsecureRequests]: /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(`${userPoolDomain}/`) };
  }

  /** URL of the sign-in page for one attempt. */
  async begin(returnTo: string): Promise<string> {
    const attempt: Attempt = { verifier: oauth.generateRandomCodeVerifier(), nonce: oauth.generateRandomNonce(), returnTo };
    const state = oauth.generateRandomState();
    sessionStorage.setItem(ATTEMPT + state, JSON.stringify(attempt));
    const url = new URL(this.server.authorization_endpoint!);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.config.clientId,
      redirect_uri: this.redirectUri,
      scope: this.config.scopes.join(' '),
      state,
      nonce: attempt.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    }).toString();
    return url.href;
  }

  /** Exchanges the code that the sign-in page sent us back with. Undefined when this is not such a return, or not one of this tab's. */
  async finish(url: URL): Promise<{ tokens: Tokens; returnTo: string } | undefined> {
    const state = url.searchParams.get('state');
    const stored = state === null ? null : sessionStorage.getItem(ATTEMPT + state);
    if (stored === null) return undefined;
    sessionStorage.removeItem(ATTEMPT + state);
    const { verifier, nonce, returnTo } = JSON.parse(stored) as Attempt;
    const callback = oauth.validateAuthResponse(this.server, this.client, url, state!);
    const answer = await oauth.authorizationCodeGrantRequest(
      this.server, this.client, oauth.None(), callback, this.redirectUri, verifier, this.options);
    const granted = await oauth.processAuthorizationCodeResponse(
      this.server, this.client, answer, { expectedNonce: nonce, requireIdToken: true });
    return { tokens: tokensOf(granted), returnTo };
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    const answer = await oauth.refreshTokenGrantRequest(this.server, this.client, oauth.None(), refreshToken, this.options);
    const granted = await oauth.processRefreshTokenResponse(this.server, this.client, answer);
    return { refreshToken, ...tokensOf(granted) };
  }

  /** Best effort: the refresh token is useless from then on; the access token runs out by itself. */
  async revoke(refreshToken: string): Promise<void> {
    await oauth.revocationRequest(this.server, this.client, oauth.None(), refreshToken, this.options).catch(() => undefined);
  }

  /** Cognito's own form of logout: `client_id` and `logout_uri`, not OpenID Connect's parameters (developer guide, "Logout endpoint"). */
  get logoutUrl(): string {
    return `${this.config.userPoolDomain}/logout?${new URLSearchParams({ client_id: this.config.clientId, logout_uri: this.redirectUri })}`;
  }
}

/** The token endpoint will not have this refresh token again. */
export function isRefused(error: unknown): boolean {
  return error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant';
}

function tokensOf(granted: oauth.TokenEndpointResponse): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(granted);
  return {
    accessToken: granted.access_token,
    ...granted.refresh_token === undefined ? {} : { refreshToken: granted.refresh_token },
    expiresAt: Date.now() + (granted.expires_in ?? 3600) * 1000,
    ...claims ? { user: { id: claims.sub, name: String(claims.email ?? claims['cognito:username'] ?? claims.sub) } } : {},
  };
}
