import { randomUUID } from 'node:crypto';
import { DELETE, Disposal, giveBack, park, retryLater } from './disposal';
import { Drain } from '../drain';
import { Heartbeat } from './heartbeat';
import { watchLease } from './lease-watch';
import { JobMessage, parseJobMessage } from './parse-job-message';
import { withRetries } from '../job/retry';
import { WorkerSettings } from '../settings';
import { Seat } from './slots';
import { workOf } from './work-of';
import { METRIC, metadataKey } from '../../contract';
import { MalformedMessageError, PermanentError } from '../../domain/errors';
import { Video, VideoStatus } from '../../domain/video';
import { QueueMessage } from '../../ports/job-queue';
import { LeaseObservation, LeaseOutcome } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';
import { JobRunner } from '../job/job-runner';
import { publishMetadata } from '../job/publish-metadata';
import { WorkerDependencies } from '../worker-dependencies';

/** Each turn means that another worker took the lease: after this many the message returns to the queue. */
const MAX_TURNS = 20;

/** Handles one message from receive to deletion or return. Never throws, and deletes nothing before the catalog holds the result. */
export class MessageHandler {
  constructor(
    private readonly parts: WorkerDependencies,
    private readonly settings: WorkerSettings,
    private readonly runner: JobRunner,
    private readonly drain: Drain,
    private readonly workerId: string,
  ) {}

  async handle(message: QueueMessage, seat: Seat): Promise<void> {
    const logger = this.parts.logger.child({ messageId: message.messageId, receiveCount: message.receiveCount });
    const heartbeat = new Heartbeat({ ...this.parts, logger }, this.settings, message);
    heartbeat.start();
    let disposal: Disposal;
    try {
      disposal = await this.process(message, heartbeat, seat, logger);
    } catch (error) {
      disposal = this.afterFailure(error, message, logger);
    } finally {
      await heartbeat.stop();
    }
    logger.debug('The message is done', { disposal });
    await this.dispose(message, disposal, logger);
    seat.leave();
    this.parts.metrics.flush();
  }

  private async process(message: QueueMessage, heartbeat: Heartbeat, seat: Seat, logger: Logger): Promise<Disposal> {
    const job = parseJobMessage(message.body, this.settings.bucket);
    await seat.toSlot(this.drain.stopping);
    let stale: LeaseObservation | undefined;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      if (this.drain.stopping.aborted) return giveBack();
      const work = workOf(job, message, this.settings.profile);
      const outcome = await this.acquire(work, stale);
      stale = undefined;
      if (outcome.kind === 'held') {
        stale = await this.wait(work, outcome.observation, heartbeat, seat, logger);
        if (heartbeat.lost || heartbeat.remaining() <= 0) return giveBack();
        continue;
      }
      const disposal = await this.act(outcome, job, message, heartbeat, seat, logger);
      if (disposal) return disposal;
    }
    return retryLater(message, this.settings, this.parts.random);
  }

  private async act(
    outcome: Exclude<LeaseOutcome, { kind: 'held' }>, job: JobMessage, message: QueueMessage, heartbeat: Heartbeat, seat: Seat, logger: Logger,
  ): Promise<Disposal | undefined> {
    switch (outcome.kind) {
      case 'acquired': {
        await seat.toSlot(this.drain.stopping);
        const { object } = job.event.detail;
        const { lease, video } = outcome;
        const about = logger.child({ videoId: video.videoId, correlationId: video.correlationId, epoch: lease.epoch });
        about.info('The job starts', { workId: lease.workId });
        const { messageId, receiveCount } = message;
        const source = { key: object.key, versionId: object['version-id'] };
        return this.runner.run({ lease, video, source, delivery: { messageId, receiveCount } }, heartbeat, about);
      }
      case 'finished':
        await this.completePublication(outcome.video);
        logger.info('Nothing is left to do for this video', { videoId: job.videoId, status: outcome.video.status });
        return DELETE;
      case 'superseded':
        logger.info('A newer source of the video has been seen', { videoId: job.videoId });
        return DELETE;
      case 'failed':
      case 'unknown':
        logger.warn('The message is left for the dead-letter queue', { videoId: job.videoId, why: outcome.kind });
        return park(this.settings);
    }
  }

  private acquire(work: ReturnType<typeof workOf>, stale?: LeaseObservation): Promise<LeaseOutcome> {
    const owner = `${this.workerId}/${randomUUID()}`;
    const { catalog, clock, random } = this.parts;
    return withRetries(() => catalog.acquire(work, owner, stale), { clock, random, signal: this.drain.stopping });
  }

  /** Another worker holds the lease: waits beside the slots, the message kept invisible, until that job has ended. */
  private async wait(
    work: ReturnType<typeof workOf>, seen: LeaseObservation, heartbeat: Heartbeat, seat: Seat, logger: Logger,
  ): Promise<LeaseObservation | undefined> {
    logger.debug('Another worker holds the lease', { videoId: work.videoId });
    seat.toBench();
    const outOfTime = () => heartbeat.lost || heartbeat.remaining() <= 0;
    const end = await watchLease({ ...this.parts, logger }, this.settings, work, seen, outOfTime, this.drain.stopping);
    if (end.kind === 'over') return undefined;
    // Taking the lease needs a slot to work in; the lease is read again afterwards.
    await seat.toSlot(this.drain.stopping);
    return end.stale;
  }

  /** Completes what a worker that died right after the flip left undone. One read when nothing is missing. */
  private async completePublication({ status, videoId, published }: Video): Promise<void> {
    if (status !== VideoStatus.READY || !published) return;
    const retrying = <T>(step: () => Promise<T>) => withRetries(step, this.parts);
    const document = await retrying(() => this.parts.store.head({ key: metadataKey(videoId) })).catch((error: unknown) => {
      // Our role may not list, so S3 answers 403 for an object that is missing; a copy too many does no harm.
      if (error instanceof PermanentError) return undefined;
      throw error;
    });
    if (document) return;
    await publishMetadata(this.parts, videoId, published.epoch, retrying);
  }

  private afterFailure(error: unknown, message: QueueMessage, logger: Logger): Disposal {
    if (error instanceof MalformedMessageError) {
      logger.error('The message is not a job; it is left for the dead-letter queue', { reason: error.message });
      this.parts.metrics.add(METRIC.MESSAGES_MALFORMED, 1);
      return park(this.settings);
    }
    logger.error('The message will be received again', { error });
    return this.drain.stopping.aborted ? giveBack() : retryLater(message, this.settings, this.parts.random);
  }

  /** A message that can be neither deleted nor returned comes back by itself. */
  private async dispose(message: QueueMessage, disposal: Disposal, logger: Logger): Promise<void> {
    const { queue } = this.parts;
    try {
      await withRetries(() => (disposal.kind === 'delete' ? queue.delete(message) : queue.changeVisibility(message, disposal.seconds)), this.parts);
    } catch (error) {
      logger.warn('The message could not be returned to the queue; it becomes visible when its timeout ends', { error, disposal: disposal.kind });
    }
  }
}
