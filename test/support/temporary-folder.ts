import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const folders: string[] = [];
// Not at the exit of the process: in a test file, jest hands out a `process` that never exits.
afterAll(() => folders.splice(0).forEach(folder => fs.rmSync(folder, { recursive: true, force: true })));

/** An empty folder that goes with the test file. */
export function temporaryFolder(name: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  folders.push(folder);
  return folder;
}
