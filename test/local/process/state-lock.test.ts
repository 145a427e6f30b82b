import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { StateInUse, StateLock } from '../../../local/process';
import { processIdentity } from '../../../local/process/process-group';
import { waitFor } from '../support/running-platform';

let folder: string;
const file = () => path.join(folder, StateLock.FILE);

beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-')); });
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function startOther(): { pid: number; exited: Promise<unknown> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true, stdio: 'ignore' });
  return { pid: child.pid!, exited: new Promise(resolve => child.once('exit', resolve)) };
}

const holder = (pid: number) => ({ pid, identity: processIdentity(pid) });

test('one process may take it twice, and releases it', () => {
  StateLock.take(folder);
  StateLock.take(folder).release();
  expect(fs.existsSync(file())).toBe(false);
});

test('a folder of a running platform is refused, with its process', async () => {
  const other = startOther();
  try {
    fs.writeFileSync(file(), JSON.stringify({ platform: holder(other.pid), children: [] }));
    expect(() => StateLock.take(folder)).toThrow(StateInUse);
    expect(() => StateLock.take(folder)).toThrow(String(other.pid));
  } finally {
    process.kill(other.pid, 'SIGKILL');
    await other.exited;
  }
});

test('of a platform that was killed, the folder is free and its processes are ended', async () => {
  const orphan = startOther();
  fs.writeFileSync(file(), JSON.stringify({ platform: { pid: 2 ** 22 - 1, identity: 'gone' }, children: [holder(orphan.pid)] }));
  StateLock.take(folder);
  await orphan.exited;
});

test('a process that only has the number of a former one is left alone', async () => {
  const stranger = startOther();
  try {
    fs.writeFileSync(file(), JSON.stringify({ platform: { pid: stranger.pid, identity: 'another' }, children: [{ pid: stranger.pid, identity: 'another' }] }));
    StateLock.take(folder).release();
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(processIdentity(stranger.pid)).toBeDefined();
  } finally {
    process.kill(stranger.pid, 'SIGKILL');
    await stranger.exited;
  }
});

test('lists the processes that were started', async () => {
  const lock = StateLock.take(folder);
  lock.add(process.pid);
  expect(JSON.parse(fs.readFileSync(file(), 'utf8'))).toEqual({ platform: holder(process.pid), children: [holder(process.pid)] });
  lock.remove(process.pid);
  await waitFor(() => fs.readFileSync(file(), 'utf8').includes('"children":[]') ? true : undefined);
  lock.release();
});
