import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LogFile, WorkerService } from '../../../local/process';
import { isRunning } from '../support/processes';
import { waitFor } from '../support/running-platform';

let folder: string;
let service: WorkerService | undefined;
const started: number[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'worker-'));
  started.length = 0;
});

afterEach(async () => {
  service?.kill();
  await service?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

function run(code: string, options: { stopTimeoutSeconds?: number } = {}): WorkerService {
  fs.writeFileSync(path.join(folder, 'index.js'), code);
  service = new WorkerService({
    imageDirectory: folder,
    workingDirectory: folder,
    environment: { ONLY: 'this' },
    stopTimeoutSeconds: options.stopTimeoutSeconds ?? 5,
    log: new LogFile(path.join(folder, 'worker.log')),
    onStart: pid => started.push(pid),
  });
  service.start();
  return service;
}

const written = (name: string) => waitFor(() => {
  const file = path.join(folder, name);
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return text.endsWith('\n') ? text.trim() : undefined;
});
const FOREVER = 'setInterval(() => undefined, 1000);';
const say = (file: string, expression: string) => `require("fs").writeFileSync("${file}", ${expression} + "\\n");`;

test('the worker runs in its working directory with nothing but its own environment', async () => {
  run(`${say('cwd', 'process.cwd()')}${say('env', 'JSON.stringify(process.env)')}${FOREVER}`);
  expect(JSON.parse(await written('env'))).toEqual({ ONLY: 'this' });
  expect(fs.realpathSync(await written('cwd'))).toBe(fs.realpathSync(folder));
});

test('a worker that ends is started again', async () => {
  run('process.exit(1);');
  await waitFor(() => started.length >= 2 ? true : undefined);
  expect(service!.failures).toBeGreaterThanOrEqual(1);
});

test('stop asks first, and a worker that listens ends by itself', async () => {
  const worker = run(`process.on("SIGTERM", () => { ${say('stopped', '"gently"')} process.exit(0); });${say('up', '1')}${FOREVER}`);
  await written('up');
  await worker.stop();
  expect(await written('stopped')).toBe('gently');
  expect(worker.running).toBe(false);
});

test('stop kills a worker that does not listen when its time is over, with everything that it started', async () => {
  const worker = run(`process.on("SIGTERM", () => undefined);
    const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    ${say('child', 'child.pid')}${FOREVER}`, { stopTimeoutSeconds: 0.3 });
  const child = Number(await written('child'));
  const startedAt = Date.now();
  await worker.stop();
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(300);
  await waitFor(() => isRunning(child) ? undefined : true);
});

test('what a dead worker started does not outlive it', async () => {
  run(`const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    ${say('child', 'child.pid')} setTimeout(() => process.exit(1), 100);`);
  const child = Number(await written('child'));
  await waitFor(() => isRunning(child) ? undefined : true);
});

test('after stop it does not come back', async () => {
  const worker = run('process.exit(1);');
  await waitFor(() => worker.failures > 0 ? true : undefined);
  await worker.stop();
  const count = started.length;
  await new Promise(resolve => setTimeout(resolve, 1500));
  expect(started).toHaveLength(count);
});

test('its log is JSON lines, whatever it prints', async () => {
  run('console.log("plain text"); console.log(JSON.stringify({ level: "INFO", message: "structured" })); console.error("{broken");');
  const lines = await waitFor(() => {
    const file = path.join(folder, 'worker.log');
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
    return text.some(line => line.includes('worker exited')) ? text : undefined;
  });
  expect(lines.map(line => JSON.parse(line) as { message: string }).map(({ message }) => message))
    .toEqual(expect.arrayContaining(['plain text', 'structured', '{broken', 'worker exited']));
});
