import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { STANDARD_LADDER } from '../../../../../src/runtime/contract/ladder-profile';
import { EncodePlan, planEncode } from '../../../../../src/runtime/domain/encode-plan';
import { TestTranscoder } from '../../../../support/test-transcoder';

/** Long enough that every fault below comes while the encoder is at work. */
const SECONDS = 30;

let subject: TestTranscoder;
let source: string;
let plan: EncodePlan;

beforeAll(async () => {
  subject = await TestTranscoder.create({ stallSeconds: 3 });
  source = subject.file('source');
  execFileSync('ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=s=1280x720:r=30:d=${SECONDS}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-f', 'mp4', source,
  ]);
  plan = planEncode(await subject.inspect(source), STANDARD_LADDER);
}, 60_000);

afterAll(async () => subject.close());

/** Process ids of tools whose command line names this test's own output. */
function running(): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(source);
    } catch {
      return false;
    }
  });
}

async function encoderPid(): Promise<number> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const [pid] = running();
    // The launcher becomes ffmpeg; until then its own options are still on the command line.
    if (pid && /^\/\S*ffmpeg\0-nostdin/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))) return pid;
    await sleep(25);
  }
  throw new Error('ffmpeg did not start');
}

/** A device on which every write finds the disk full. */
function fullDevice(): string {
  if (existsSync('/dev/full') && statSync('/dev/full').isCharacterDevice()) return '/dev/full';
  const device = subject.file('full');
  if (!existsSync(device)) execFileSync('mknod', [device, 'c', '1', '7']);
  return device;
}

async function start(options: { signal?: AbortSignal; transcoder?: TestTranscoder; prepare?: (folder: string) => void } = {}) {
  const folder = await subject.outputFolder();
  options.prepare?.(folder);
  const outcome = (options.transcoder ?? subject).transcoder
    .encode(plan, source, folder, { signal: options.signal ?? new AbortController().signal })
    .then(() => 'finished' as unknown, (error: unknown) => error);
  return { folder, outcome };
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('faults during an encode', () => {
  test('an abort kills the encoder at once and throws its reason', async () => {
    const controller = new AbortController();
    const { outcome } = await start({ signal: controller.signal });
    await encoderPid();
    const aborted = Date.now();
    controller.abort(new Error('heartbeat lost'));
    expect(await outcome).toMatchObject({ message: 'heartbeat lost' });
    expect(Date.now() - aborted).toBeLessThan(2000);
    expect(running()).toEqual([]);
  });

  test('kill -9 from outside is worth another try', async () => {
    const { outcome } = await start();
    process.kill(await encoderPid(), 'SIGKILL');
    expect(await outcome).toMatchObject({ code: 'TOOL_KILLED', retryable: true });
  });

  test('a stopped encoder is noticed, killed and worth another try', async () => {
    const { outcome } = await start();
    process.kill(await encoderPid(), 'SIGSTOP');
    expect(await outcome).toMatchObject({ code: 'ENCODER_STALLED', retryable: true });
    expect(running()).toEqual([]);
  });

  test('a full disk is worth another try', async () => {
    const { outcome } = await start({ prepare: folder => symlinkSync(fullDevice(), path.join(folder, '360p.mp4')) });
    expect(await outcome).toMatchObject({ code: 'SCRATCH_FULL', retryable: true });
  });

  test('an encode that takes longer than its limit is refused', async () => {
    const hasty = await TestTranscoder.create({ encodeBaseSeconds: 1, encodeSecondsPerSourceSecond: 0 });
    const { outcome } = await start({ transcoder: hasty });
    expect(await outcome).toMatchObject({ code: 'RESOURCE_LIMIT', retryable: false });
    await hasty.close();
  });

  test('an encode that needs more memory than its limit is refused', async () => {
    const tight = await TestTranscoder.create({ encodeMemoryBytes: 300 * 1024 * 1024 });
    const { outcome } = await start({ transcoder: tight });
    expect(await outcome).toMatchObject({ code: 'RESOURCE_LIMIT', retryable: false });
    await tight.close();
  });

  test('the encoder runs with a scrubbed environment and limits', async () => {
    process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = '/v2/credentials/secret';
    const controller = new AbortController();
    const { outcome } = await start({ signal: controller.signal });
    const pid = await encoderPid();
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').filter(Boolean).map(entry => entry.split('=')[0]);
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    controller.abort(new Error('seen'));
    await outcome;
    delete process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;

    expect(environment.sort()).toEqual(['HOME', 'LC_ALL', 'PATH']);
    expect(limits).toMatch(/Max core file size\s+0\s/);
    for (const limit of ['Max cpu time', 'Max file size', 'Max address space', 'Max open files']) {
      expect(limits).toMatch(new RegExp(`${limit}\\s+\\d+\\s`));
    }
  });
});
