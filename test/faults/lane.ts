import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Effect, Fault } from './faults';
import { Abilities, PlannedVideo, Schedule } from './schedule';
import { workerCall } from './support/call-points';
import { Clip, ClipName, makeClips } from './support/clips';
import { Effects } from './support/effects';
import { finalViolations, Reference } from './support/invariants';
import { Monitor } from './support/monitor';
import { survivors } from './support/processes';
import { WorkerProcess, WorkerOptions } from './support/worker-process';
import { startWorld, World } from './support/world';
import { InterceptedCall } from '../../local/aws/gateway';
import { isFinal } from '../../src/runtime/domain/video';

export interface Outcome {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
  /** Names of the faults that struck; others waited for a call that never came. */
  readonly struck: readonly string[];
  readonly seconds: number;
  /** Last lines of the workers' logs, when something went wrong. */
  readonly logs: readonly string[];
}

interface Sent {
  readonly videoId: string;
  readonly clips: Clip[];
}

const LOOK_MS = 100;
/** Longest that a schedule may take to settle: three receives with their backoffs, and every window over. */
const PATIENCE_MS = 240_000;
const MOUNT_BYTES = 96 * 1024 * 1024;

/** One gateway, and the schedules that run on it one after the other. Workers that survive a schedule serve the next. */
export class Lane {
  private readonly workers = new Map<number, WorkerProcess>();
  private readonly mounted = new Set<string>();
  private readonly received = new Map<string, string>();
  private readonly reference: Reference = new Map();
  private supervised = new Map<number, WorkerOptions>();
  private readonly stopped: string[] = [];
  private watching?: (worker: WorkerProcess) => void;
  /** Workers that ended in this schedule. */
  private past: WorkerProcess[] = [];

  constructor(
    private readonly world: World, private readonly clips: Record<ClipName, Clip>, private readonly abilities: Abilities,
  ) {}

  async run(schedule: Schedule): Promise<Outcome> {
    const startedAt = Date.now();
    const calm = !schedule.faults.some(failsCalls);
    const monitor = new Monitor(this.world, this.received, !calm, schedule.workers);
    const violations: string[] = [];
    const sent: Sent[] = [];
    const effects = new Effects(schedule.faults, {
      worker: index => this.workers.get(index),
      expireCredentials: index => this.world.expireCredentials(index),
      fillDisk: (index, ms) => this.fillDisk(index, ms),
      makeReadOnly: (index, ms) => this.makeReadOnly(index, ms),
      replaceSource: () => this.replaceSource(sent),
      deleteVideo: async () => {
        const target = sent[0];
        if (!target) return;
        await this.world.deleteVideo(target.videoId);
        monitor.noteDeleted(target.videoId);
      },
    });
    this.watching = worker => monitor.ended(worker.index, calm && worker.stoppedInGoodOrder ? worker.log : undefined);
    this.world.hooks = { intercept: call => this.intercept(call, effects, monitor) };
    await this.employ(schedule.workers.map(clockShiftMs => ({ clockShiftMs })));
    for (const video of schedule.videos) await this.submit(video, sent);
    for (let count = 0; count < schedule.malformed; count++) await this.world.send(`{"not":"a job ${count}"}`);

    if (!await this.settle(PATIENCE_MS)) {
      violations.push(`I1: ${await this.world.backlog()} messages are still in the queue`);
      for (const worker of this.workers.values()) violations.push(await worker.diagnose());
    }
    await effects.calm();
    await this.redrive(sent, violations, schedule.malformed);
    await monitor.settled();
    violations.push(...monitor.violations, ...this.stopped.splice(0));
    for (const { videoId, clips } of sent) violations.push(...await finalViolations(this.world, videoId, clips, this.reference));
    violations.push(...await this.scratchViolations());
    const workers = [...this.past, ...this.workers.values()];
    violations.push(...workers.flatMap(worker => worker.logViolations()));
    const logs = violations.length > 0 ? workers.flatMap(worker => worker.tail()) : [];
    this.past = [];
    if (violations.length > 0) await this.dismiss();
    return { schedule, violations: [...new Set(violations)], struck: effects.struck, seconds: (Date.now() - startedAt) / 1000, logs };
  }

  async close(): Promise<void> {
    await this.dismiss();
    for (const directory of this.mounted) execFileSync('umount', [directory]);
    await this.world.close();
  }

  private async intercept(call: InterceptedCall, effects: Effects, monitor: Monitor): Promise<boolean> {
    const known = workerCall(this.world, call);
    if (!known) return false;
    if (await effects.before(known, call)) return true;
    await monitor.before(known);
    const snapshot = monitor.snapshot();
    const { response } = call;
    const end = response.end.bind(response) as (...given: unknown[]) => typeof response;
    response.end = ((...given: unknown[]) => {
      const text = typeof given[0] === 'string' || Buffer.isBuffer(given[0]) ? given[0].toString() : '';
      monitor.after(known, response, text, snapshot);
      const lost = effects.losesAnswer(known);
      const idle = known.point === 'receive' && !text.includes('ReceiptHandle');
      if ((!idle && effects.after(known)) || lost) return response.destroy();
      return end(...given);
    }) as typeof response.end;
    return false;
  }

  /** Workers as asked for, kept alive by a supervisor as ECS would keep them. */
  private async employ(wanted: readonly WorkerOptions[]): Promise<void> {
    this.supervised = new Map(wanted.map((options, index) => [index, options]));
    for (const [index, worker] of [...this.workers]) {
      const unchanged = worker.running && (this.supervised.get(index)?.clockShiftMs ?? NaN) === (worker.options.clockShiftMs ?? 0);
      if (unchanged) continue;
      await worker.kill();
      this.workers.delete(index);
    }
    this.supervise();
  }

  private supervise(): void {
    for (const [index, options] of this.supervised) {
      const worker = this.workers.get(index);
      if (worker?.running) continue;
      if (worker) {
        this.stopped.push(...worker.stopViolations());
        this.watching?.(worker);
        this.past.push(worker);
      }
      this.workers.set(index, new WorkerProcess(this.world, index, this.workerDirectory(index), options));
    }
  }

  private workerDirectory(index: number): string {
    const directory = path.join(this.world.directory, `worker-${index}`);
    fs.mkdirSync(directory, { recursive: true });
    if (this.abilities.mounts && !this.mounted.has(directory)) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_BYTES}`, 'tmpfs', directory]);
      this.mounted.add(directory);
    }
    return directory;
  }

  private async fillDisk(index: number, ms: number): Promise<void> {
    const ballast = path.join(this.workerDirectory(index), 'ballast');
    try {
      fs.writeFileSync(ballast, Buffer.alloc(MOUNT_BYTES));
    } catch {
      // As full as it gets.
    }
    for (await delay(ms); fs.existsSync(ballast); await delay(LOOK_MS)) {
      try {
        fs.rmSync(ballast, { force: true });
      } catch {
        // The file system is read-only at the moment: another fault.
      }
    }
  }

  /** A worker that has files open for writing keeps its file system writable: then nothing happens. */
  private async makeReadOnly(index: number, ms: number): Promise<void> {
    const directory = this.workerDirectory(index);
    const remount = (mode: string) => execFileSync('mount', ['-o', `remount,${mode}`, directory], { stdio: 'ignore' });
    try {
      remount('ro');
    } catch {
      return;
    }
    await delay(ms);
    remount('rw');
  }

  private async submit(video: PlannedVideo, sent: Sent[]): Promise<void> {
    const clip = this.clips[video.clip];
    const videoId = await this.world.createVideo();
    sent.push({ videoId, clips: [clip] });
    const event = await this.world.upload(videoId, clip.file);
    for (let count = 0; count < video.duplicates; count++) await this.world.sendEvent(event);
    if (video.olderEvent) await this.world.sendEvent(withSequencer(event, '00'));
  }

  private async replaceSource(sent: Sent[]): Promise<void> {
    const target = sent.find(({ clips }) => clips[0].seconds > 0);
    if (!target) return;
    const other = target.clips[0].name === 'plain' ? this.clips.silent : this.clips.plain;
    target.clips.push(other);
    await this.world.upload(target.videoId, other.file);
  }

  /** Resolves true once the queue is empty and stays so. */
  private async settle(patienceMs: number): Promise<boolean> {
    const deadline = Date.now() + patienceMs;
    for (let quiet = 0; quiet < 2; await delay(LOOK_MS)) {
      this.supervise();
      quiet = await this.world.backlog() === 0 ? quiet + 1 : 0;
      if (Date.now() > deadline) return false;
    }
    return true;
  }

  /** The operator's redrive after the trouble is over: whatever was not poisonous must now come right. */
  private async redrive(sent: readonly Sent[], violations: string[], malformed: number): Promise<void> {
    const dead = await this.world.drainDeadLetters();
    const jobs = dead.filter(body => !body.includes('not":"a job'));
    if (dead.length - jobs.length !== malformed) violations.push(`I1: ${dead.length - jobs.length} of ${malformed} malformed messages reached the DLQ`);
    const settledBefore = new Set<string>();
    for (const { videoId } of sent) {
      const status = (await this.world.item(videoId))!.video.status;
      const inQueue = jobs.some(body => body.includes(videoId));
      if (isFinal(status)) settledBefore.add(videoId);
      else if (!inQueue) violations.push(`I1: video ${videoId} is ${status}, and its message is in no queue`);
    }
    for (const body of jobs) await this.world.send(body);
    if (jobs.length > 0 && !await this.settle(PATIENCE_MS)) violations.push('I1: the redriven messages do not settle');
    for (const { videoId } of sent) {
      const status = (await this.world.item(videoId))!.video.status;
      if (!isFinal(status)) violations.push(`I1: video ${videoId} is ${status} after a redrive without faults`);
    }
    await this.world.drainDeadLetters();
  }

  private async scratchViolations(): Promise<string[]> {
    const workers = [...this.workers.values()];
    const busy = () => workers.some(({ leftovers }) => leftovers.length > 0);
    for (const until = Date.now() + 8_000; Date.now() < until && busy();) await delay(LOOK_MS);
    const left = workers.filter(({ leftovers }) => leftovers.length > 0)
      .map(({ index, leftovers }) => `I5: worker ${index} left ${leftovers.join(', ')}`);
    const tools = survivors(this.world.directory, ['ffmpeg', 'ffprobe']);
    return tools.length > 0 ? [...left, `I5: ${tools.map(({ command, pid }) => `${command} ${pid}`).join(', ')} outlived its job`] : left;
  }

  private async dismiss(): Promise<void> {
    for (const worker of this.workers.values()) await worker.kill();
    this.workers.clear();
  }
}

export async function openLane(abilities: Abilities): Promise<Lane> {
  const world = await startWorld();
  return new Lane(world, makeClips(path.join(world.directory, 'clips')), abilities);
}

/** Faults by which calls fail, or messages come back while their worker still holds them. */
function failsCalls({ effect }: Fault): boolean {
  const kinds: ReadonlyArray<Effect['kind']> = ['refuse', 'lose-answer', 'reset', 'expire-credentials', 'withhold-credentials', 'stall'];
  return kinds.includes(effect.kind);
}

function withSequencer<E extends { detail: { object: object } }>(event: E, sequencer: string): E {
  return { ...event, detail: { ...event.detail, object: { ...event.detail.object, sequencer } } };
}
