import { LONGEST_RECEIVE_SECONDS } from '../../contract';
import { LeaseLostError, TransientError, VideoError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { Clock } from '../../ports/clock';
import { JobQueue, QueueMessage } from '../../ports/job-queue';
import { Lease, ProcessingCatalog } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';

/** After a failed heartbeat, try again sooner: each missed one costs a third of the visibility timeout. */
const HURRY = 4;

export interface HeartbeatDependencies {
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly catalog: ProcessingCatalog;
  readonly logger: Logger;
}

export interface HeartbeatTimes {
  readonly heartbeatMs: number;
  readonly visibilitySeconds: number;
}

/** What a job holds of its lease while it works. */
interface Held {
  readonly lease: Lease;
  readonly onLost: (reason: VideoError) => void;
}

/**
 * Keeps one message invisible and, while a job works on it, its lease alive. The first beat is sent at once, because a message
 * is received with a short visibility. Lost is: the catalog refused the lease, or nothing got through for a whole visibility.
 */
export class Heartbeat {
  private readonly stopped = new AbortController();
  private readonly startedAt: number;
  private lastSeen: number;
  private lastRenewed: number;
  private held?: Held;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: HeartbeatDependencies, private readonly times: HeartbeatTimes, private readonly message: QueueMessage,
  ) {
    this.startedAt = parts.clock.monotonic();
    this.lastSeen = this.startedAt;
    this.lastRenewed = this.startedAt;
  }

  start(): void {
    this.loop = this.run();
  }

  /** How long this receive may still last, in milliseconds. */
  remaining(): number {
    return (LONGEST_RECEIVE_SECONDS - this.times.visibilitySeconds) * 1000 - (this.parts.clock.monotonic() - this.startedAt);
  }

  /** The message may be another worker's by now. */
  get lost(): boolean {
    return this.parts.clock.monotonic() - this.lastSeen > this.times.visibilitySeconds * 1000;
  }

  attach(lease: Lease, onLost: (reason: VideoError) => void): void {
    this.lastRenewed = this.parts.clock.monotonic();
    this.held = { lease, onLost };
  }

  detach(): void {
    this.held = undefined;
  }

  /** Resolves when no beat is on its way any more, so that a visibility set afterwards stays. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const [seen, renewed] = await Promise.all([this.extendVisibility(), this.renewLease()]);
      this.complainWhenLost();
      const pause = seen && renewed ? this.times.heartbeatMs : this.times.heartbeatMs / HURRY;
      await this.parts.clock.sleep(pause, this.stopped.signal);
    }
  }

  private async extendVisibility(): Promise<boolean> {
    const sentAt = this.parts.clock.monotonic();
    try {
      await this.parts.queue.changeVisibility(this.message, this.times.visibilitySeconds);
      this.lastSeen = sentAt;
      return true;
    } catch (error) {
      this.parts.logger.warn('The message could not be kept invisible', { error });
      return false;
    }
  }

  private async renewLease(): Promise<boolean> {
    const held = this.held;
    if (!held) return true;
    const sentAt = this.parts.clock.monotonic();
    try {
      await this.parts.catalog.renew(held.lease);
      this.lastRenewed = sentAt;
      return true;
    } catch (error) {
      if (error instanceof LeaseLostError && this.held === held) held.onLost(error);
      else this.parts.logger.warn('The lease could not be renewed', { error });
      return false;
    }
  }

  private complainWhenLost(): void {
    const silence = this.parts.clock.monotonic() - Math.min(this.lastSeen, this.held ? this.lastRenewed : Infinity);
    if (silence <= this.times.visibilitySeconds * 1000) return;
    this.held?.onLost(new TransientError(FailureCode.HEARTBEAT_LOST, `No heartbeat got through for ${Math.round(silence / 1000)} s.`));
  }
}
