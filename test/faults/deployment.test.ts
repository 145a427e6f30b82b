/** A deployment meets a job that takes longer than it may wait: what ECS does to the old task, and what happens to the job. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WorkerProcess } from './support/worker-process';
import { startWorld, World } from './support/world';
import { until } from '../support/until';

jest.setTimeout(120_000);

let world: World;
let clip: string;
const workers: WorkerProcess[] = [];

const start = () => {
  const worker = new WorkerProcess(world, workers.length, path.join(world.directory, `worker-${workers.length}`), {
    // A job may keep a deployment waiting for five seconds, where production has half an hour.
    environment: { PROTECTION_SECONDS: '5', HEARTBEAT_SECONDS: '2', VISIBILITY_TIMEOUT_SECONDS: '30' },
  });
  workers.push(worker);
  return worker;
};
const isProtected = (worker: WorkerProcess) => world.gateway.ecsAgent.protection(worker.taskArn).protectionEnabled;
/** Encoders at work; the tools that only look at the source are none. */
const encoders = (worker: WorkerProcess) => worker.tools('ffmpeg').filter(pid => commandOf(pid).includes('libx264'));
const status = async (videoId: string) => (await world.item(videoId))!.video.status;

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function settled(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  return until(holds, 40_000, () => [what, ...workers.flatMap(worker => worker.tail())].join('\n'));
}

beforeAll(async () => {
  world = await startWorld();
  clip = path.join(world.directory, 'clip.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25', '-t', '60', '-c:v', 'libx264', '-preset', 'ultrafast', clip]);
});
afterAll(async () => {
  await Promise.all(workers.map(worker => worker.kill()));
  await world.close();
});

test('the old task is protected at first, then it can be stopped; its job begins again on the new one, and nothing is lost', async () => {
  const videoId = await world.createVideo();
  const old = start();
  await world.upload(videoId, clip);
  await settled(() => isProtected(old), 'the protection');
  await settled(() => encoders(old).length > 0, 'the encode');
  // An encoder that is halted stands for one that takes hours.
  encoders(old).forEach(pid => process.kill(pid, 'SIGSTOP'));
  await settled(() => !isProtected(old), 'the end of the protection');
  expect(await status(videoId)).toBe('PROCESSING');

  // ECS starts the new task beside the old one, and stops the old one as soon as nothing protects it.
  start();
  expect(await old.stop()).toBe(0);
  expect(old.stopViolations()).toEqual([]);
  await settled(async () => await status(videoId) === 'READY', 'the end of the job');
  await settled(async () => await world.backlog() === 0, 'an empty queue');
  expect(await world.drainDeadLetters()).toEqual([]);
  expect((await world.item(videoId))!.video.published?.epoch).toBe(2);
  expect(old.leftovers).toEqual([]);
});
