/** A platform that a person signs in to and uploads to. */
export interface Platform {
  /** Of the distribution, without a slash at the end. */
  readonly url: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Origin of the user pool's domain. */
  readonly signInOrigin: string;
  readonly scopes: readonly string[];
  /** State folder of a local platform. */
  readonly localState?: string;
}

export const SCOPES: readonly string[] = ['openid', 'email', 'videos/upload', 'videos/watch'];

export interface PlatformOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
  readonly state?: string;
  readonly url?: string;
}
