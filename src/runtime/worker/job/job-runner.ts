import { METRIC } from '../../contract';
import { Drain } from '../drain';
import { Job } from './job';
import { WorkerDependencies } from '../worker-dependencies';
import { Pipeline } from './pipeline';
import { ProgressReporter } from './progress-reporter';
import { withRetries } from './retry';
import { ScratchSpace } from './scratch-space';
import { InterruptedError, LeaseLostError, RejectedError, TransientError, VideoError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { Failure, Video, VideoStatus } from '../../domain/video';
import { ObjectVersion } from '../../ports/object-store';
import { Delivery, Lease } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';
import { Disposal, DELETE, giveBack, park, retryLater } from '../message/disposal';
import { Heartbeat } from '../message/heartbeat';
import { WorkerSettings } from '../settings';

/** Shortest time between two writes of progress, milliseconds. */
const PROGRESS_MS = 2_000;

export interface Assignment {
  readonly lease: Lease;
  readonly video: Video;
  readonly source: ObjectVersion;
  readonly delivery: Delivery;
}

/** Runs one leased job to its end, and says what happens to the message. */
export class JobRunner {
  private versions?: Promise<Readonly<Record<string, string>>>;

  constructor(
    private readonly parts: WorkerDependencies,
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
      return await this.end(assignment, job.published ? error : abort.signal.reason ?? error, logger);
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
      if (!done.signal.aborted) job.abort(new TransientError(FailureCode.JOB_TIMEOUT, `The job took more than ${Math.round(limitMs / 1000)} s.`));
    });
    return done;
  }

  private async end(assignment: Assignment, error: unknown, logger: Logger): Promise<Disposal | undefined> {
    if (error instanceof LeaseLostError) {
      logger.warn('The lease was lost; nothing more is written', { error });
      return undefined;
    }
    try {
      return await this.writeEnd(assignment, error, logger);
    } catch (failure) {
      if (failure instanceof LeaseLostError) return undefined;
      logger.error('The result of the job could not be written; the message will be received again', { error: failure });
      return retryLater(assignment.delivery, this.settings, this.parts.random);
    }
  }

  private async writeEnd({ lease, delivery }: Assignment, error: unknown, logger: Logger): Promise<Disposal> {
    const { metrics } = this.parts;
    const failure = failureOf(error);
    if (error instanceof RejectedError) {
      logger.info('The file was rejected', { code: error.code, reason: error.message, detail: error.cause instanceof Error ? error.cause.message : undefined });
      await this.repeat(() => this.parts.catalog.finish(lease, VideoStatus.REJECTED, failure));
      metrics.count(METRIC.JOBS_REJECTED, error.code);
      return DELETE;
    }
    const hopeless = error instanceof VideoError && !error.retryable;
    if (hopeless || delivery.receiveCount >= this.settings.maxReceiveCount) {
      logger.error('The job failed; its message goes to the dead-letter queue', { error });
      await this.repeat(() => this.parts.catalog.finish(lease, VideoStatus.FAILED, failure));
      metrics.count(METRIC.JOBS_FAILED, failure.code);
      return hopeless ? park(this.settings) : giveBack();
    }
    logger.warn('The job will be retried', { error });
    await this.repeat(() => this.parts.catalog.release(lease));
    metrics.add(METRIC.JOBS_RETRIED, 1);
    return error instanceof InterruptedError ? giveBack() : retryLater(delivery, this.settings, this.parts.random);
  }

  private repeat(step: () => Promise<void>): Promise<void> {
    return withRetries(step, { clock: this.parts.clock, random: this.parts.random });
  }
}

/** What the owner gets to read: the reason of a refusal, and of anything else only the code. */
function failureOf(error: unknown): Failure {
  if (error instanceof RejectedError) return { code: error.code, message: error.message };
  if (error instanceof VideoError) return { code: error.code, message: 'The video could not be processed.' };
  return { code: FailureCode.INTERNAL, message: 'The video could not be processed.' };
}
