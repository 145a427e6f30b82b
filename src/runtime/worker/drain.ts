import { setMaxListeners } from 'node:events';
import { InterruptedError } from '../domain/errors';
import { Clock } from '../ports/clock';

/** A job as far as stopping is concerned. */
export interface Stoppable {
  /** Milliseconds the job still needs, if its pace tells. */
  readonly remaining: () => number | undefined;
  readonly abort: (reason: Error) => void;
}

const LOOK_MS = 500;
/** Kept back of the stop timeout for killing ffmpeg and giving lease and message back: 15 %, 1 to 15 s. */
const MARGIN = { share: 0.15, leastMs: 1_000, mostMs: 15_000 };

/**
 * What a stop signal sets in motion. New work ends at once; a job that can end in time may, any other is interrupted so that
 * another worker has it the sooner. A second signal interrupts everything.
 */
export class Drain {
  private readonly stop = new AbortController();
  private readonly jobs = new Set<Stoppable>();
  private readonly budgetMs: number;
  private deadline = Infinity;
  private halfway = Infinity;

  constructor(private readonly clock: Clock, stopTimeoutMs: number) {
    const margin = Math.min(Math.max(stopTimeoutMs * MARGIN.share, MARGIN.leastMs), MARGIN.mostMs);
    this.budgetMs = Math.max(0, stopTimeoutMs - margin);
    // Every message that waits listens: more than the ten that Node takes for a leak.
    setMaxListeners(0, this.stop.signal);
  }

  /** Aborts with the first signal. */
  get stopping(): AbortSignal {
    return this.stop.signal;
  }

  request(signalName: string): void {
    if (this.stop.signal.aborted) return this.interruptAll(`A second signal (${signalName}) arrived.`);
    const now = this.clock.monotonic();
    this.deadline = now + this.budgetMs;
    this.halfway = now + this.budgetMs / 2;
    this.stop.abort(new InterruptedError(`The worker was told to stop (${signalName}).`));
    void this.watch();
  }

  add(job: Stoppable): void {
    this.jobs.add(job);
  }

  remove(job: Stoppable): void {
    this.jobs.delete(job);
  }

  private async watch(): Promise<void> {
    for (; this.jobs.size > 0; await this.clock.sleep(LOOK_MS)) {
      const now = this.clock.monotonic();
      if (now >= this.deadline) return this.interruptAll('The stop timeout is nearly over.');
      for (const job of this.jobs) this.interruptIfTooLong(job, now);
    }
  }

  /** A job that cannot say how long it needs has half of the time to find out. */
  private interruptIfTooLong(job: Stoppable, now: number): void {
    const remaining = job.remaining();
    const tooLong = remaining === undefined ? now >= this.halfway : now + remaining > this.deadline;
    if (tooLong) job.abort(new InterruptedError('The job cannot end before the stop timeout.'));
  }

  private interruptAll(why: string): void {
    for (const job of this.jobs) job.abort(new InterruptedError(why));
  }
}
