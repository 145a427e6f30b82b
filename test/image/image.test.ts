/**
 * The worker's image, really built and run: `npm run test:image`, as root, with Debian's packages. Not part of `npm test`: it takes minutes.
 * Where something is missing, it is skipped with a sentence that names what.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { ContainerLauncher } from './container';
import { Lane, openLane } from '../faults/lane';
import { Schedule } from '../faults/schedule';
import { WorkerProcess } from '../faults/support/worker-process';

const ROOT = path.resolve(__dirname, '../..');
/** Keeps the base between runs; images of vfs are whole copies, so it is large. */
const STORE = process.env.IMAGE_STORE ?? path.join(ROOT, '.local', 'image');
const CONTEXT = path.join(ROOT, 'assets', 'runtime', 'processor');
const BUDGET_MEGABYTES = 500;
const TOOLS = ['debootstrap', 'buildah', 'podman', 'runc'];

jest.setTimeout(1_800_000);

function missing(): string | undefined {
  if (process.env.TEST_IMAGE === undefined) return 'npm run test:image builds it';
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid!() !== 0) return 'needs root';
  const absent = TOOLS.filter(tool => spawnSync('sh', ['-c', `command -v ${tool}`], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }).status !== 0);
  return absent.length > 0 ? `needs ${absent.join(', ')}: apt-get install ${absent.join(' ')}` : undefined;
}

const lacking = missing();
const describeImage = lacking === undefined ? describe : describe.skip;

describeImage(`the image${lacking === undefined ? '' : ` (skipped: ${lacking})`}`, () => {
  const container = new ContainerLauncher(['--root', path.join(STORE, 'root'), '--runroot', path.join(STORE, 'run'), '--storage-driver', 'vfs'], 'localhost/worker');

  beforeAll(() => {
    // For work on this file: the image of the last run.
    if (process.env.TEST_IMAGE === 'reuse') return;
    const started = Date.now();
    const { status, signal, error, stdout, stderr } = spawnSync('sh', [path.join(__dirname, 'build.sh'), CONTEXT, STORE], { encoding: 'utf8', maxBuffer: 1e8 });
    if (status !== 0) throw new Error(`the build ended with ${error?.message ?? signal ?? status}:\n${`${stdout}\n${stderr}`.slice(-4000)}`);
    process.stdout.write(`\n${summary(stdout)}\nbuilt in ${Math.round((Date.now() - started) / 1000)} s\n`);
  });

  test('is within its budget, and holds what it should', () => {
    const told = container.inspect([
      'du -xsm / 2>/dev/null | cut -f1', 'node --version', 'ffmpeg -version | sed -n 1p', 'cd /opt/processor && ls', 'command -v npm apt-mark python3 gcc || true',
      'find / -xdev -perm /6000 -type f 2>/dev/null || true',
    ].map(line => `echo "# $(${line})"`).join('; '));
    process.stdout.write(told);
    const [megabytes, node, ffmpeg, files, extras, privileged] = told.split(/^# /m).slice(1).map(part => part.trim());
    expect(Number(megabytes)).toBeLessThanOrEqual(BUDGET_MEGABYTES);
    expect(Number(/^v(\d+)/.exec(node)![1])).toBeGreaterThanOrEqual(22);
    expect(ffmpeg).toMatch(/^ffmpeg version [7-9]/);
    expect(files.split('\n').sort()).toEqual(['ffmpeg-launcher.sh', 'images.js', 'index.js', 'node_modules']);
    expect(extras).not.toMatch(/npm|python|gcc/);
    expect(privileged).toBe('');
  });

  test('runs as nobody in particular: user 1000, no capability, nothing to write but the scratch folder', () => {
    const told = container.inspect('id -u; grep CapBnd /proc/self/status; touch /x 2>&1 || true; touch /opt/processor/x 2>&1 || true');
    expect(told).toMatch(/^1000\nCapBnd:\t0{16}\n.*\/x'?: Read-only file system\n.*Read-only file system\n$/);
  });

  describe('its worker', () => {
    const at = (point: string, when: 'before' | 'after') => ({ point, when, nth: 1 } as never);
    const schedule = (faults: Schedule['faults'], clip: 'plain' | 'silent' = 'silent'): Schedule =>
      ({ seed: 0, videos: [{ clip, duplicates: 0, olderEvent: false }], workers: [0], malformed: 0, faults });
    const SCHEDULES: Record<string, Schedule> = {
      'makes a video READY': schedule([], 'plain'),
      'is killed in the middle of the encode': schedule([{ name: 'kill', trigger: at('download', 'after'), effect: { kind: 'kill', delayMs: 300 } }]),
      'loses the answer of the flip': schedule([{ name: 'lose-answer', trigger: at('flip', 'before'), effect: { kind: 'lose-answer' } }]),
      'is told to stop during a job': schedule([{ name: 'stop', trigger: at('download', 'after'), effect: { kind: 'stop', signal: 'SIGTERM', times: 1, delayMs: 100 } }]),
    };
    let lane: Lane;
    const { launcher } = WorkerProcess;
    beforeAll(async () => {
      WorkerProcess.launcher = container;
      lane = await openLane({ mounts: false });
    });
    afterAll(async () => {
      await lane?.close();
      WorkerProcess.launcher = launcher;
    });

    test.each(Object.entries(SCHEDULES))('%s', async (_, given) => {
      const { violations, struck, seconds, logs } = await lane.run(given);
      process.stdout.write(`settled in ${seconds.toFixed(1)} s\n`);
      if (violations.length > 0) throw new Error([...violations, ...logs].join('\n'));
      // An answer that is lost is struck from the list of those to lose, and not noted.
      expect(struck).toEqual(given.faults.map(({ name }) => name).filter(name => name !== 'lose-answer'));
    });
  });
});

/** The steps of the build, and the image's own verdict. */
function summary(log: string): string {
  return log.split('\n').filter(line => /STEP |^verify: |Successfully tagged/.test(line)).join('\n');
}
