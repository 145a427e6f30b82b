/**
 * The worker's bundle beside a launcher that notes each start of ffmpeg or ffprobe, which no look at the process table could miss. Import
 * it before `worker-process`: it names this bundle to it.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const SHIPPED = path.join(ROOT, 'assets', 'runtime', 'processor');
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'recorded-bundle-'));
const RECORD = path.join(FOLDER, 'starts');

for (const bundle of ['index.js', 'images.js']) fs.copyFileSync(path.join(SHIPPED, bundle), path.join(FOLDER, bundle));
fs.copyFileSync(path.join(SHIPPED, 'ffmpeg-launcher.sh'), path.join(FOLDER, 'real-launcher.sh'));
fs.writeFileSync(path.join(FOLDER, 'ffmpeg-launcher.sh'), `#!/bin/sh\necho "$*" >> '${RECORD}'\nexec '${FOLDER}/real-launcher.sh' "$@"\n`, { mode: 0o755 });
// sharp is not in the bundle.
fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(FOLDER, 'node_modules'));
process.env.FAULTS_BUNDLE = path.join(FOLDER, 'index.js');

/** The arguments of every start so far. */
export function toolStarts(): string[] {
  return fs.existsSync(RECORD) ? fs.readFileSync(RECORD, 'utf8').trimEnd().split('\n') : [];
}

/** Those that opened a file: a worker asks its tools once for their versions, too. */
export function filesOpened(): string[] {
  return toolStarts().filter(started => !started.endsWith('-- -version'));
}

export function removeRecordedBundle(): void {
  fs.rmSync(FOLDER, { recursive: true, force: true });
}
