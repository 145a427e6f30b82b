import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeClip, REPOSITORY } from './support';
import { descendantsOf, isRunning } from '../local/support/processes';
import { temporaryFolder, waitFor } from '../local/support/running-platform';
import { checkHls } from '../support/hls-checker';

jest.setTimeout(180_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run demo` without npm and without bundling, which the test run has done already. */
class DemoRun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(...options: string[]) {
    this.child = spawn(process.execPath, ['--import', 'tsx', 'local/demo.ts', '--no-bundle', ...options], {
      cwd: REPOSITORY, env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', chunk => { this.stdout += chunk; });
    this.child.stderr!.on('data', chunk => { this.stderr += chunk; });
    this.ended = new Promise(resolve => this.child.once('close', code => resolve({ code, stdout: this.stdout, stderr: this.stderr })));
  }
}

const lastLine = (text: string) => JSON.parse(text.trim().split('\n').pop()!) as Record<string, any>;

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined)).once('error', () => resolve(false));
  });
}

describe('npm run demo', () => {
  let folder: string;
  let clip: string;
  let stateRoot: string;
  const runs: DemoRun[] = [];
  const demo = (...options: string[]) => {
    const run = new DemoRun('--state', stateRoot, ...options);
    runs.push(run);
    return run;
  };

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'demo-'));
    stateRoot = temporaryFolder('demo');
    clip = makeClip(path.join(folder, 'clip.mp4'));
  });

  afterAll(async () => {
    for (const run of runs) {
      run.child.kill('SIGTERM');
      await run.ended;
    }
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(stateRoot, { recursive: true, force: true });
  });

  test('--once --json ends with one object that says everything, and leaves the published files', async () => {
    const { code, stdout, stderr } = await demo('--once', '--json', '--video', clip).ended;
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const result = lastLine(stdout);
    expect(result).toMatchObject({
      status: 'READY',
      videoId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      wallSeconds: expect.any(Number),
      encodeSeconds: expect.any(Number),
      renditions: [{ name: '360p', width: 640, height: 360, bitrate: expect.any(Number), codecs: expect.stringMatching(/^avc1\./) }],
      masterUrl: expect.stringContaining('/master.m3u8'),
      endpoints: { api: expect.stringContaining('http://127.0.0.1:'), aws: expect.any(String), issuer: expect.any(String) },
      tokens: { accessToken: expect.any(String), idToken: expect.any(String) },
    });
    expect((await checkHls(result.mediaDir)).problems).toEqual([]);
    // One line a step, however often it was looked at.
    for (const step of ['upload', 'download', 'probe', 'encode', 'thumbnails', 'store', 'publish', 'verify']) {
      expect(stderr.split('\n').filter(line => line.startsWith(`  ${step.padEnd(10)} `))).toHaveLength(1);
    }
  });

  test('a refused file ends non-zero, with its code; the videos before it are in the object too', async () => {
    const page = path.join(folder, 'page.html');
    fs.writeFileSync(page, '<!doctype html><title>not a video</title>');
    const empty = path.join(folder, 'empty.mp4');
    fs.writeFileSync(empty, '');
    const { code, stdout } = await demo('--once', '--json', '--video', page, '--video', empty, '--video', clip).ended;
    expect(code).not.toBe(0);
    const result = lastLine(stdout);
    expect(result).toMatchObject({ status: 'REJECTED', code: 'UNSUPPORTED_FORMAT', videoId: expect.any(String), message: expect.any(String) });
    expect(result.videos.map(({ status, code: reason }: { status: string; code?: string }) => [status, reason])).toEqual([
      ['REJECTED', 'UNSUPPORTED_FORMAT'], ['REJECTED', 'SOURCE_EMPTY'], ['READY', undefined],
    ]);
  });

  test.each<[string, string[], RegExp]>([
    ['a file that is not there', ['--video', '/nowhere/clip.mp4'], /^--video \/nowhere\/clip\.mp4: there is no such file$/],
    ['a folder', ['--video', os.tmpdir()], /: it is not a regular file$/],
    ['an unknown option', ['--speed', '9'], /^Unknown option '--speed'\. 'npm run demo -- --help' lists the options$/],
    ['a state folder without node_modules above it', ['--state', os.tmpdir()], /must lie inside .*: the worker finds/],
    ['a port that is none', ['--port', '70000'], /--port must be a whole number from 1 to 65535, got '70000'/],
    ['an example that is not there', ['--example', '../x'], /there is no examples\/\.\.\/x\/app\.ts/],
  ])('%s is one clear line', async (_, options, message) => {
    const { code, stdout, stderr } = await demo('--once', '--json', ...options).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim()).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });

  test('a port in use is a clear error', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, stderr } = await demo('--once', '--port', String(port), '--video', clip).ended;
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use; choose another with --port`);
  });

  test('stays up until Ctrl-C, and then leaves no process and no port behind', async () => {
    const run = demo('--json', '--video', clip);
    const { endpoints, tokens, masterUrl } = await waitFor(() => run.stdout.endsWith('\n') ? lastLine(run.stdout) : undefined, 120_000);
    expect((await fetch(masterUrl, { headers: { authorization: `Bearer ${tokens.accessToken}` } })).status).toBe(200);
    const watch = await waitFor(() => /Console:\s+(http:\/\/127\.0\.0\.1:\d+\/)/.exec(run.stderr)?.[1]);
    expect(await (await fetch(watch)).text()).toContain('<div id="app">');
    const children = descendantsOf(run.child.pid!);
    expect(children.length).toBeGreaterThan(0);
    const ports = [...Object.values<string>(endpoints), watch].map(url => Number(new URL(url).port));
    expect(await Promise.all(ports.map(accepts))).toEqual(ports.map(() => true));

    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(0);
    expect(await Promise.all(ports.map(accepts))).toEqual(ports.map(() => false));
    expect(children.filter(isRunning)).toEqual([]);
  });

  test('Ctrl-C in the middle of an encode stops in order too', async () => {
    const run = demo('--json', '--video', makeClip(path.join(folder, 'long.mp4'), { seconds: 30, size: '1280x720' }));
    await waitFor(() => run.stderr.includes('probe      done') ? true : undefined, 120_000);
    const children = descendantsOf(run.child.pid!);
    run.child.kill('SIGINT');
    const { code } = await run.ended;
    expect(code).not.toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
  });
});
