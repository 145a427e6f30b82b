/** Authorization code with PKCE against the endpoints of a user pool's domain, by oauth4webapi. */
import type * as OAuth from 'oauth4webapi' with { 'resolution-mode': 'import' };
import { CLI_CALLBACK_URL } from '../../runtime/contract';
import { CliError, signInNeeded } from '../errors';
import { Session } from './session-file';
import { Platform } from '../platform/platform';

type Library = typeof OAuth;

/** An ES module, which this one is not. */
const load = (): Promise<Library> => import('oauth4webapi');

export interface Attempt {
  readonly url: string;
  finish(callback: URL): Promise<Session>;
}

/** Known from the domain, which saves the round trip of discovery (Cognito developer guide, "Managed login endpoints"). */
function serverOf({ issuer, signInOrigin }: Platform): OAuth.AuthorizationServer {
  return { issuer, authorization_endpoint: `${signInOrigin}/oauth2/authorize`, token_endpoint: `${signInOrigin}/oauth2/token` };
}

/** The local platform speaks plain HTTP on the loopback address, nothing else may. */
function optionsOf(oauth: Library, { signInOrigin }: Platform) {
  return { [oauth.allowInsecureRequests]: /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(`${signInOrigin}/`) };
}

export async function beginSignIn(platform: Platform): Promise<Attempt> {
  const oauth = await load();
  const [server, client] = [serverOf(platform), { client_id: platform.clientId }];
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CLI_CALLBACK_URL,
    scope: platform.scopes.join(' '),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  return {
    url: url.href,
    finish: async callback => {
      try {
        const parameters = oauth.validateAuthResponse(server, client, callback, state);
        const answer = await oauth.authorizationCodeGrantRequest(
          server, client, oauth.None(), parameters, CLI_CALLBACK_URL, verifier, optionsOf(oauth, platform));
        const granted = await oauth.processAuthorizationCodeResponse(
          server, client, answer, { expectedNonce: nonce, requireIdToken: true });
        return sessionOf(oauth, platform, granted);
      } catch (error) {
        throw new CliError(`The sign-in was refused: ${reasonOf(oauth, error)}.`, "Run 'cdk-video-platform sign-in' again.", undefined, 'SIGN_IN_REFUSED');
      }
    },
  };
}

/** @throws CliError when the session has ended */
export async function renew({ platform, refreshToken, user }: Session): Promise<Session> {
  if (refreshToken === undefined) throw signInNeeded('Your sign-in has expired.');
  const oauth = await load();
  const [server, client] = [serverOf(platform), { client_id: platform.clientId }];
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, optionsOf(oauth, platform));
  try {
    return { ...sessionOf(oauth, platform, await oauth.processRefreshTokenResponse(server, client, answer)), refreshToken, user };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) throw signInNeeded('Your sign-in has expired.');
    throw error;
  }
}

function sessionOf(oauth: Library, platform: Platform, granted: OAuth.TokenEndpointResponse): Session {
  const claims = oauth.getValidatedIdTokenClaims(granted);
  return {
    platform,
    accessToken: granted.access_token,
    refreshToken: granted.refresh_token,
    expiresAt: Date.now() + (granted.expires_in ?? 3600) * 1000,
    user: String(claims?.email ?? claims?.sub ?? 'unknown'),
  };
}

function reasonOf(oauth: Library, error: unknown): string {
  const answered = error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError;
  if (answered) return error.error_description ?? error.error;
  return (error as Error).message.split('\n')[0];
}
