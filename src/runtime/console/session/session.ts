import { signal } from '@preact/signals';
import { isRefused, Pkce, SignedInUser, Tokens } from './pkce';
import type { ConsoleConfig } from '../config';

/** Of this tab alone, and gone with it. The access token stays in memory. */
const REFRESH_TOKEN = 'refresh-token';
/** Says nothing but that somebody was signed in: a new tab then goes through the sign-in page without being asked to. */
const WAS_SIGNED_IN = 'was-signed-in';
const RENEW_BEFORE_MS = 60_000;

export class SignedOutError extends Error {}

export class Session {
  readonly user = signal<SignedInUser | undefined>(undefined);
  /** The session ended by itself; what the page shows stays until the user signs in again. */
  readonly expired = signal(false);
  private readonly pkce: Pkce;
  private tokens?: Tokens;
  private renewal?: Promise<Tokens>;

  constructor(config: ConsoleConfig) {
    this.pkce = new Pkce(config);
  }

  /**
   * Takes up the session that there is: a return from the sign-in page, or this tab's refresh token.
   *
   * @returns where the user wanted to go before signing in
   */
  async resume(url: URL): Promise<string | undefined> {
    if (url.searchParams.has('code') || url.searchParams.has('error')) {
      const returned = await this.pkce.finish(url);
      if (returned) {
        this.take(returned.tokens);
        return returned.returnTo;
      }
    }
    const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
    if (refreshToken !== null) await this.renew(refreshToken).catch(() => undefined);
    return undefined;
  }

  get wasSignedIn(): boolean {
    return localStorage.getItem(WAS_SIGNED_IN) !== null;
  }

  /** An access token that is good for another minute. */
  async accessToken(): Promise<string> {
    if (this.tokens && this.tokens.expiresAt - Date.now() > RENEW_BEFORE_MS) return this.tokens.accessToken;
    return this.freshAccessToken();
  }

  /** For a token that was refused although it should be good. */
  async freshAccessToken(): Promise<string> {
    const refreshToken = this.tokens?.refreshToken;
    if (refreshToken === undefined) throw this.end();
    return (await this.renew(refreshToken)).accessToken;
  }

  async signIn(returnTo = location.pathname + location.search): Promise<void> {
    location.assign(await this.pkce.begin(returnTo));
  }

  async signOut(): Promise<void> {
    const refreshToken = this.tokens?.refreshToken;
    this.forget();
    if (refreshToken !== undefined) await this.pkce.revoke(refreshToken);
    location.assign(this.pkce.logoutUrl);
  }

  /** Once for all who ask at the same time. */
  private async renew(refreshToken: string): Promise<Tokens> {
    this.renewal ??= this.pkce.refresh(refreshToken).finally(() => { this.renewal = undefined; });
    try {
      return this.take(await this.renewal);
    } catch (error) {
      // Anything else may be the network's fault: the next call tries again.
      throw isRefused(error) ? this.end() : error;
    }
  }

  private take(tokens: Tokens): Tokens {
    this.tokens = tokens;
    if (tokens.refreshToken !== undefined) sessionStorage.setItem(REFRESH_TOKEN, tokens.refreshToken);
    localStorage.setItem(WAS_SIGNED_IN, '1');
    if (tokens.user) this.user.value = tokens.user;
    this.expired.value = false;
    return tokens;
  }

  private end(): SignedOutError {
    this.expired.value = this.user.value !== undefined;
    this.forget();
    return new SignedOutError();
  }

  private forget(): void {
    this.tokens = undefined;
    sessionStorage.removeItem(REFRESH_TOKEN);
    localStorage.removeItem(WAS_SIGNED_IN);
  }
}
