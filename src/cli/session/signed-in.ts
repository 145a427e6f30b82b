import { renew } from './oauth';
import { readSession, saveSession, Session } from './session-file';
import { localPlatform } from '../platform/local-platform';

/** An upload's calls must not run into the end of a token. */
const RENEW_BEFORE_MS = 60_000;

/** The signed-in user and a token that is good for another minute. */
export class SignedIn {
  /** @throws CliError when nobody is signed in */
  static open(url?: string): SignedIn {
    const session = readSession(url);
    const { localState } = session.platform;
    // A local platform may have come back on other ports.
    return new SignedIn(localState === undefined ? session : { ...session, platform: localPlatform(localState) });
  }

  private constructor(private session: Session) {}

  get url(): string {
    return this.session.platform.url;
  }

  async accessToken(fresh = false): Promise<string> {
    if (fresh || this.session.expiresAt - Date.now() < RENEW_BEFORE_MS) {
      this.session = await renew(this.session);
      saveSession(this.session);
    }
    return this.session.accessToken;
  }
}
