import * as fs from 'node:fs';

/** Assembly, test clip and what happens to it. */
const NEEDED_MEGABYTES = 300;

/** @throws Error when there is no room for a run */
export function checkRoom(directory: string): void {
  const { bavail, bsize } = fs.statfsSync(directory);
  const free = Math.floor(bavail * bsize / 1e6);
  if (free >= NEEDED_MEGABYTES) return;
  throw new Error(`The disk of ${directory} is full: ${free} MB are free, a run needs ${NEEDED_MEGABYTES}; free some space, or choose another folder with --state.`);
}

/** Failures that a user can do something about, in one sentence. */
export function explainFailure(error: Error & { code?: string; name?: string }, stateDirectory: string): string {
  const said = `${error.code ?? ''} ${error.name} ${error.message}`;
  if (/ENOSPC|no space left/i.test(said)) {
    return `The disk of ${stateDirectory} is full; free some space, or choose another folder with --state.`;
  }
  if (/\b(EACCES|EROFS|EPERM)\b/.test(said)) return `${stateDirectory} cannot be written (${error.message}); choose another folder with --state.`;
  if (/EMFILE|ENFILE/.test(said)) return 'Too many files are open; raise the limit (ulimit -n 4096) and start again.';
  return error.message;
}
