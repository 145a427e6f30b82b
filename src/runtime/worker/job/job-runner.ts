import { METRIC } from '../../contract';
import { Drain } from '../drain';
import { Job } from './job';
import { WorkerParts } from '../parts';
import { Pipeline } from './pipeline';
import { ProgressReporter } from './progress-reporter';
import { withRetries } from './retry';
import { ScratchSpace } from './scratch-space';
import { InterruptedError, LeaseLostError, RejectedError, TransientError, VideoError } from '../../domain/errors';
import { Failure, Video, VideoStatus } from '../../domain/video';
import { ObjectVersion } from '../../ports/object-store';
import { Delivery, Lease } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';
import { Disposal, DELETE, giveBack, park, retryLater } from '../message/disposal';
import { Heartbeat } from '../message/heartbeat';
import { WorkerSettings } from '../settings';

/** Most often that progress is written, milliseconds. */
const PROGRESS_MS = 2_000;

export interface Assignment {
  readonly lease: Lease;
  readonly video: Video;
  readonly source: ObjectVersion;
  readonly delivery: Delivery;
}

/** Runs leased work to one of its ends, and says what is to become of the message. */
export class JobRunner {
  private versions?: Promise<Readonly<Record<string, string>>>;

  constructor(
    private readonly parts: WorkerParts,
    private readonly settings: WorkerSettings,
    private readonly scratch: ScratchSpace,
    private readonly drain: Drain,
  ) {}

  /** @returns undefined when the lease went to another worker: the catalog has to be asked again. */
  async run(assignment: Assignment, heartbeat: Heartbeat, logger: Logger): Promise<Disposal | undefined> {
    const { clock, catalog, metrics } = this.parts;
    const { lease, video, source } = assignment;
    const abort = new AbortController();
    const progress = new ProgressReporter({ clock, catalog, logger }, lease, Math.min(PROGRESS_MS, this.settings.heartbeatMs));
    const job: Job = { lease, video, source, progress, logger, signal: abort.signal, abort: reason => abort.abort(reason) };
    const stoppable = { remaining: () => progress.remaining(), abort: job.abort };
    heartbeat.attach(lease, job.abort);
    this.drain.add(stoppable);
    const limit = this.limit(job, heartbeat);
    const startedAt = clock.monotonic();
    try {
      if (this.drain.stopping.aborted) throw this.drain.stopping.reason;
      await this.produce(job);
      metrics.add(METRIC.JOBS_READY, 1);
      metrics.add(METRIC.JOB_SECONDS, (clock.monotonic() - startedAt) / 1000, 'Seconds');
      logger.info('The video is ready', { renditions: job.published?.renditions.map(({ name }) => name) });
      return DELETE;
    } catch (error) {
      await progress.close();
      return await this.conclude(assignment, job.published ? error : abort.signal.reason ?? error, logger);
    } finally {
      limit.abort();
      this.drain.remove(stoppable);
      heartbeat.detach();
    }
  }

  private async produce(job: Job): Promise<void> {
    const folder = await this.scratch.open();
    // Asked beside the download, for the document at the end; a failure shows there.
    this.toolVersions().catch(() => undefined);
    try {
      await new Pipeline(this.parts, this.settings, job, folder, () => this.toolVersions()).run();
    } finally {
      await folder.close();
    }
  }

  /** The tools do not change while the worker runs; asking them costs two processes. */
  private async toolVersions(): Promise<Readonly<Record<string, string>>> {
    this.versions ??= this.parts.transcoder.versions();
    return this.versions.catch(error => {
      this.versions = undefined;
      throw error;
    });
  }

  /** Ends the job when its time, or that of SQS for one receive, is up. */
  private limit(job: Job, heartbeat: Heartbeat): AbortController {
    const done = new AbortController();
    const limitMs = Math.min(this.settings.maxJobMs, heartbeat.remaining());
    void this.parts.clock.sleep(limitMs, done.signal).then(() => {
      if (!done.signal.aborted) job.abort(new TransientError('JOB_TIMEOUT', `The job took more than ${Math.round(limitMs / 1000)} s.`));
    });
    return done;
  }

  private async conclude(assignment: Assignment, error: unknown, logger: Logger): Promise<Disposal | undefined> {
    if (error instanceof LeaseLostError) {
      logger.warn('The lease is lost; nothing more is written', { error });
      return undefined;
    }
    try {
      return await this.settle(assignment, error, logger);
    } catch (failure) {
      if (failure instanceof LeaseLostError) return undefined;
      logger.error('The end of the job could not be written; the message comes again', { error: failure });
      return retryLater(assignment.delivery, this.settings, this.parts.random);
    }
  }

  private async settle({ lease, delivery }: Assignment, error: unknown, logger: Logger): Promise<Disposal> {
    const { metrics } = this.parts;
    const failure = failureOf(error);
    if (error instanceof RejectedError) {
      logger.info('The file is refused', { code: error.code, reason: error.message });
      await this.ending(() => this.parts.catalog.finish(lease, VideoStatus.REJECTED, failure));
      metrics.add(METRIC.JOBS_REJECTED, 1);
      return DELETE;
    }
    const hopeless = error instanceof VideoError && !error.retryable;
    if (hopeless || delivery.receiveCount >= this.settings.maxReceiveCount) {
      logger.error('The job is given up; its message goes to the dead-letter queue', { error });
      await this.ending(() => this.parts.catalog.finish(lease, VideoStatus.FAILED, failure));
      metrics.add(METRIC.JOBS_FAILED, 1);
      return hopeless ? park(this.settings) : giveBack();
    }
    logger.warn('The job is tried again later', { error });
    await this.ending(() => this.parts.catalog.release(lease));
    metrics.add(METRIC.JOBS_RETRIED, 1);
    return error instanceof InterruptedError ? giveBack() : retryLater(delivery, this.settings, this.parts.random);
  }

  private ending(step: () => Promise<void>): Promise<void> {
    return withRetries(step, { clock: this.parts.clock, random: this.parts.random });
  }
}

/** What owners get to read. A surprise of ours says nothing about our insides. */
function failureOf(error: unknown): Failure {
  if (error instanceof RejectedError) return { code: error.code, message: error.message };
  if (error instanceof VideoError) return { code: error.code, message: 'The video could not be processed.' };
  return { code: 'INTERNAL', message: 'The video could not be processed.' };
}
