import * as fs from 'node:fs';
import * as path from 'node:path';
import { LOCAL_CONNECTION_FILE, LocalConnection } from '../../runtime/contract';
import { CliError, EXIT } from '../errors';
import { Platform, SCOPES } from './platform';

export interface FoundLocal extends LocalConnection {
  readonly stateDirectory: string;
}

/**
 * The local platform that runs: of the given state folder, or of a checkout that the current folder is in.
 *
 * @throws CliError when none runs, or several do
 */
export function findLocal(state?: string): FoundLocal {
  const running = (state === undefined ? stateFolders() : [path.resolve(state)]).flatMap(readConnection);
  if (running.length === 1) return running[0];
  if (running.length > 1) {
    const folders = running.map(({ stateDirectory }) => path.relative('', stateDirectory)).join(', ');
    throw new CliError(`Several local platforms run: ${folders}.`, 'Choose one with --state.', EXIT.notFound, 'SEVERAL_LOCAL');
  }
  throw new CliError('No local platform runs.', "Start one with 'npm run demo' in a checkout, and run this inside it.", EXIT.notFound, 'NO_LOCAL');
}

export function localPlatform(state?: string): Platform {
  const { url, issuer, clientId, signInOrigin, stateDirectory } = findLocal(state);
  return { url, issuer, clientId, signInOrigin, scopes: SCOPES, localState: stateDirectory };
}

/** Every `.local/NAME` of the current folder and those above it. */
function stateFolders(): string[] {
  const folders: string[] = [];
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const root = path.join(folder, '.local');
    if (fs.existsSync(root)) folders.push(...fs.readdirSync(root).map(name => path.join(root, name)));
    if (folder === path.dirname(folder)) return folders;
  }
}

function readConnection(stateDirectory: string): FoundLocal[] {
  const file = path.join(stateDirectory, LOCAL_CONNECTION_FILE);
  if (!fs.existsSync(file)) return [];
  const connection = JSON.parse(fs.readFileSync(file, 'utf8')) as LocalConnection;
  return isAlive(connection.pid) ? [{ ...connection, stateDirectory }] : [];
}

/** A platform that was killed leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
