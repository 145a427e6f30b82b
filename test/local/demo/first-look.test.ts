/** What a person sees before and when things go wrong: one line each, and never a stack. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { asDamagedState } from '../../../local/damaged-state';
import { explainFailure } from '../../../local/demo/explain-failure';
import { makeTestClip } from '../../../local/demo/test-clip';
import { lastProblem } from '../../../local/demo/waiting';
import { nodeProblem } from '../../../local/require-node';
import { until } from '../../support/until';
import { temporaryFolder } from '../support/running-platform';

jest.setTimeout(180_000);

const REPOSITORY = path.resolve(__dirname, '../../..');
const pkg = JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8'));

const environment = (more: NodeJS.ProcessEnv = {}) => ({ ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', ...more });
const command = (...options: string[]) => ['--import', 'tsx', 'local/demo.ts', ...options];
const demo = (options: readonly string[], env?: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, command(...options), { cwd: REPOSITORY, encoding: 'utf8', env: environment(env) });

let folder: string;
beforeEach(() => { folder = temporaryFolder('first-look'); });
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('Node', () => {
  test('the range of package.json is what is asked for', () => {
    expect(pkg.engines.node).toBe('>= 20.19.0');
  });

  test.each([
    ['v18.20.4', true], ['v20.2.0', true], ['v20.18.3', true], ['v20.19.0', false], ['v20.20.2', false], ['v22.0.0', false], ['v24.1.0', false],
  ])('%s is refused: %s', (version, refused) => {
    const problem = nodeProblem(version, pkg.engines.node);
    expect(problem !== undefined).toBe(refused);
    if (refused) expect(problem).toMatch(`Node 20.19.0 or newer is needed, this is ${version}; install one`);
  });

  test('every command of the checkout looks at it first', () => {
    const scripts = Object.values<string>(pkg.scripts).flatMap(script => script.match(/(?:local|bench|test|projenrc)\/[\w/-]+\.ts/g) ?? []);
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts.filter(name => !name.endsWith('structure.ts'))) {
      const imports = fs.readFileSync(path.join(REPOSITORY, script), 'utf8').match(/^import .*$/gm)!;
      expect([script, imports[0]]).toEqual([script, expect.stringContaining('require-node')]);
    }
  });
});

describe('options', () => {
  test('--help says all of them, without bundling anything', () => {
    const { status, stdout, stderr } = demo(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    for (const option of ['--video', '--once', '--json', '--port', '--fresh', '--example', '--state', '--no-bundle']) expect(stdout).toContain(option);
  });

  test('an error comes before the bundling', () => {
    const { status, stdout, stderr } = demo(['--video', '/nowhere.mp4']);
    expect([status, stdout, stderr]).toEqual([1, '', '--video /nowhere.mp4: there is no such file\n']);
  });

  test('a busy port too', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const child = spawn(process.execPath, command('--port', String(port)), { cwd: REPOSITORY, env: environment() });
    let said = '';
    child.stderr.on('data', chunk => { said += chunk; });
    const status = await new Promise(resolve => child.once('close', resolve));
    server.close();
    expect([status, said]).toEqual([1, `Port ${port} of 127.0.0.1 is in use; choose another with --port, or end what uses it\n`]);
  });
});

describe('state', () => {
  test('that is damaged is one sentence with the way out', () => {
    const state = path.join(folder, 'minimal');
    fs.mkdirSync(path.join(state, 'aws', 's3'), { recursive: true });
    fs.writeFileSync(path.join(state, 'aws', 's3', 'sequencer.json'), '{"last":');
    const { status, stderr } = demo(['--no-bundle', '--once', '--json', '--state', folder]);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').pop()).toMatch(/^The demo failed: The state in .*minimal is damaged \(.*sequencer\.json is not readable as JSON\); start with --fresh, which forgets it$/);
    expect(stderr).not.toContain('    at ');
  });

  test.each<[string, Error, RegExp]>([
    ['a queue', new Error('/x/jobs.jsonl:1: the queue journal is damaged; remove the file'), /is damaged .*--fresh/],
    ['a table', Object.assign(new Error('not found'), { code: 'LEVEL_DATABASE_NOT_OPEN', cause: 'Corruption: 1 missing files' }), /is damaged .*--fresh/],
    ['something else', new Error('port 1 of 127.0.0.1 is in use'), /^port 1 of 127.0.0.1 is in use$/],
  ])('of %s', (_, error, words) => {
    expect(asDamagedState(error, '/state').message).toMatch(words);
  });

  const root = process.getuid?.() === 0 && process.platform === 'linux';
  (root ? test : test.skip)(`on a full disk is one sentence${root ? '' : ' (needs root on Linux, to mount a small disk)'}`, () => {
    const disk = path.join(folder, 'disk');
    fs.mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { encoding: 'utf8' });
    if (mounted.status !== 0) throw new Error(`the small disk could not be mounted: ${mounted.stderr}`);
    try {
      const { status, stderr } = demo(['--no-bundle', '--once', '--json', '--state', disk]);
      expect(status).toBe(1);
      expect(stderr.trim().split('\n').pop()).toMatch(/^The demo failed: The disk of .*minimal is full: 2 MB are free, a run needs 300; free some space, or choose another folder with --state\.$/);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('on a disk that fills up later is one sentence too', () => {
    expect(explainFailure(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }), '/state'))
      .toBe('The disk of /state is full; free some space, or choose another folder with --state.');
  });

  test('that cannot be written', () => {
    expect(explainFailure(Object.assign(new Error("EROFS: read-only file system, open 'x'"), { code: 'EROFS' }), '/state'))
      .toMatch(/^\/state cannot be written .*choose another folder with --state\.$/);
  });
});

describe('while it works', () => {
  test('the test clip says how far it is, and an ffmpeg that is killed makes none', async () => {
    const steps: number[] = [];
    const file = await makeTestClip(folder, percent => steps.push(percent));
    expect(fs.existsSync(file)).toBe(true);
    expect(steps.length).toBeGreaterThan(2);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    const { PATH } = process.env;
    fs.writeFileSync(path.join(folder, 'ffmpeg'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
    process.env.PATH = folder;
    try {
      await expect(makeTestClip(path.join(folder, 'other'))).rejects.toThrow('the test clip could not be made: ffmpeg ended with SIGKILL');
    } finally {
      process.env.PATH = PATH;
    }
    expect(fs.readdirSync(path.join(folder, 'other')).filter(name => !name.endsWith('.unfinished'))).toEqual([]);
  });

  test('why a video waits is what the worker said of it last', () => {
    const log = path.join(folder, 'worker.log');
    fs.writeFileSync(log, [
      { level: 'WARN', message: 'job failed', videoId: 'a', error: { message: 'The job needs 7 more bytes of scratch, 3 are free.' } },
      { level: 'INFO', message: 'job started', videoId: 'a' },
      { level: 'ERROR', message: 'job failed', videoId: 'b', error: { message: 'something else' } },
    ].map(entry => JSON.stringify(entry)).join('\n'));
    expect(lastProblem(log, 'a')).toBe('The job needs 7 more bytes of scratch, 3 are free.');
    expect(lastProblem(log, 'c')).toBeUndefined();
  });
});

test('killed, it leaves nothing in the temporary folder but the compiled sources that every run shares', async () => {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'k-'));
  const child = spawn(process.execPath, command('--no-bundle', '--json', '--state', folder), {
    cwd: REPOSITORY, env: environment({ TMPDIR: temporary }), stdio: ['ignore', 'ignore', 'pipe'], detached: true,
  });
  let said = '';
  child.stderr.on('data', chunk => { said += chunk; });
  await until(() => said.includes('upload     done'), 120_000, () => `${said}\nexit status ${child.exitCode}`);
  process.kill(-child.pid!, 'SIGKILL');
  await new Promise(resolve => child.once('close', resolve));
  const left = (fs.readdirSync(temporary, { recursive: true }) as string[]).filter(name => !/^tsx-\d+(\/\d+-[0-9a-f]{40})?$/.test(name));
  fs.rmSync(temporary, { recursive: true, force: true });
  expect(left).toEqual([]);
  // The next platform of this state folder ends the worker that the kill left behind.
  const { status } = demo(['--no-bundle', '--once', '--json', '--state', folder, '--video', path.join(folder, 'minimal/clips/test-clip-12s.mp4')]);
  expect(status).toBe(0);
});
