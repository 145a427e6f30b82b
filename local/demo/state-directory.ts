import * as fs from 'node:fs';
import * as path from 'node:path';
import { StateInUse, StateLock } from '../process';

/** Demos of one example that run at the same time; more than a laptop carries. */
const MAX_SIDE_BY_SIDE = 20;

/** The example's state folder, or the next one (`minimal-2`) while another demo runs in it. */
export function takeStateDirectory(root: string, example: string): string {
  for (let number = 1; ; number++) {
    const directory = path.join(root, number === 1 ? example : `${example}-${number}`);
    try {
      StateLock.take(directory);
      return directory;
    } catch (error) {
      if (!(error instanceof StateInUse) || number === MAX_SIDE_BY_SIDE) throw error;
    }
  }
}

/** Forgets everything of earlier runs. */
export function clearStateDirectory(directory: string): void {
  for (const name of fs.readdirSync(directory)) {
    if (name !== StateLock.FILE) fs.rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}
