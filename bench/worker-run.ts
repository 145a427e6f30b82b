import * as fs from 'node:fs';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ProcessCost } from './measure';
import { LadderProfileSpec, sourceKey } from '../src/runtime/contract';
import { VideoStatus } from '../src/runtime/domain/video';
import { descendants } from '../test/faults/support/processes';
import { WorkerProcess } from '../test/faults/support/worker-process';
import { BUCKET, startWorld, World } from '../test/faults/support/world';

/** Linux counts processor time in ticks of a hundredth of a second, whatever the kernel's own. */
const TICKS_PER_SECOND = 100;
const GIBIBYTE = 1024 ** 3;
const LOOK_MS = 100;

export interface JobCost extends ProcessCost {
  /** Of that, seconds between ffmpeg's start and end, as the worker counted them. */
  readonly encodeSeconds: number;
  /** Most memory that the worker's own process ever held, MB; its children not counted. */
  readonly nodePeakMegabytes: number;
  /** The same of the short-lived process that makes the images. */
  readonly imagesPeakMegabytes: number;
}

/** The real worker process against the local gateway, one job at a time. */
export class BenchWorker {
  static async start(profile: LadderProfileSpec): Promise<BenchWorker> {
    const world = await startWorld();
    const worker = new WorkerProcess(world, 0, path.join(world.directory, 'worker'), {
      environment: {
        LADDER_PROFILE: JSON.stringify(profile),
        LOG_LEVEL: 'INFO',
        MAX_JOB_SECONDS: '3600',
        MAX_UPLOAD_BYTES: String(4 * GIBIBYTE),
        SCRATCH_BYTES: String(20 * GIBIBYTE),
        VISIBILITY_TIMEOUT_SECONDS: '180',
        HEARTBEAT_SECONDS: '60',
      },
    });
    return new BenchWorker(world, worker);
  }

  /** ffmpeg's command line as the worker wrote it, with the source's path in it; set by the first job that is watched. */
  ffmpegArguments?: readonly string[];
  private imagesPeak = 0;

  private constructor(private readonly world: World, private readonly worker: WorkerProcess) {}

  /** Waits for the call that deletes the message rather than asking for it: the questions would be part of the measure. */
  async process(source: string, { watched = false } = {}): Promise<JobCost> {
    const videoId = await this.world.createVideo();
    const before = this.cpuSeconds();
    const watch = watched ? setInterval(() => this.lookAtChildren(), LOOK_MS) : undefined;
    await this.world.s3.send(new PutObjectCommand({
      Bucket: BUCKET, Key: sourceKey(videoId), Body: fs.createReadStream(source), ContentLength: fs.statSync(source).size,
    }));
    const started = performance.now();
    await this.messageDeleted();
    const wallSeconds = (performance.now() - started) / 1000;
    clearInterval(watch);
    const { video } = (await this.world.item(videoId))!;
    if (video.status !== VideoStatus.READY) throw new Error(`the job ended ${video.status}: ${JSON.stringify(video.failure)}`);
    return {
      wallSeconds,
      cpuSeconds: this.cpuSeconds() - before,
      encodeSeconds: video.published!.encodeSeconds,
      nodePeakMegabytes: peakMegabytes(this.worker.pid),
      imagesPeakMegabytes: this.imagesPeak,
    };
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.world.close();
  }

  private messageDeleted(): Promise<void> {
    return new Promise((resolve, reject) => {
      const lives = setInterval(() => {
        if (!this.worker.running) end(new Error(`the worker ended: ${this.worker.log.slice(-5).join('\n')}`));
      }, 1_000);
      const end = (error?: Error) => {
        clearInterval(lives);
        this.world.hooks = {};
        if (error) reject(error);
        else resolve();
      };
      this.world.hooks = { onCall: ({ operation, status }) => operation === 'DeleteMessage' && status === 200 && end() };
    });
  }

  /** Its own and that of every child it has waited for. */
  private cpuSeconds(): number {
    const fields = fs.readFileSync(`/proc/${this.worker.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return fields.slice(11, 15).map(Number).reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
  }

  private lookAtChildren(): void {
    for (const { pid, command } of descendants(this.worker.pid)) {
      try {
        if (command === 'node') this.imagesPeak = Math.max(this.imagesPeak, peakMegabytes(pid));
        if (command === 'ffmpeg') this.ffmpegArguments ??= encodingArguments(pid);
      } catch {
        // It ended between the two reads; the next look shows another.
      }
    }
  }
}

function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024 / 1e6;
}

/** Undefined for the short calls beside the encode. */
function encodingArguments(pid: number): readonly string[] | undefined {
  const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
  return words.includes('-filter_complex') ? words : undefined;
}

/** The worker's own command line, on another source and with other output folder: what the bare tool is compared by. */
export function onSource(words: readonly string[], source: string): string[] {
  return words.map((word, index) => (words[index - 1] === '-i' ? `file:${source}` : word));
}
