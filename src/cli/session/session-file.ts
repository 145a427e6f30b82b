import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { signInNeeded } from '../errors';
import { Platform } from '../platform/platform';

export interface Session {
  readonly platform: Platform;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly user: string;
}

interface Sessions {
  /** URL of the platform signed in to last. */
  readonly current: string;
  readonly sessions: Readonly<Record<string, Session>>;
}

/** In a folder of its own below XDG_CONFIG_HOME; the tokens are for their owner alone. */
function sessionFile(): string {
  const root = process.env.XDG_CONFIG_HOME || path.join(os.homedir(), '.config');
  return path.join(root, 'cdk-video-platform', 'sessions.json');
}

/** @throws CliError when nobody is signed in there */
export function readSession(url?: string): Session {
  const { current, sessions } = read();
  const session = sessions[url ?? current];
  if (session) return session;
  throw signInNeeded(url === undefined ? 'You are not signed in.' : `You are not signed in to ${url}.`);
}

export function saveSession(session: Session): string {
  const file = sessionFile();
  const { url } = session.platform;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Written aside and moved: a reader never sees half of it, and the mode holds from the first byte.
  const next = `${file}.${process.pid}`;
  fs.writeFileSync(next, JSON.stringify({ current: url, sessions: { ...read().sessions, [url]: session } }, undefined, 2), { mode: 0o600 });
  fs.renameSync(next, file);
  return file;
}

function read(): Sessions {
  try {
    return JSON.parse(fs.readFileSync(sessionFile(), 'utf8')) as Sessions;
  } catch {
    return { current: '', sessions: {} };
  }
}
