import { Clock } from '../ports/clock';
import { TaskProtection } from '../ports/task-protection';
import { Logger } from '../ports/telemetry';

/** Renewed with every heartbeat and valid for this many of them, so that a dead worker's protection ends soon. */
const HEARTBEATS = 5;
const MINUTE_MS = 60_000;

export interface ProtectionTimes {
  readonly heartbeatMs: number;
  /** Longest that the task is protected, however many jobs follow each other: a deployment waits no longer. */
  readonly protectionMs: number;
  /** How long it can be replaced then, before it is protected again. */
  readonly unprotectedMs: number;
}

/**
 * Protects the task from scale-in while it has work, but not without end: a deployment waits for protected tasks. One that comes while the
 * task is open stops it, and its jobs go back to the queue. A refusal is logged: work goes on without protection.
 */
export class ProtectionKeeper {
  private isProtected = false;
  private protectedSince?: number;
  private releasedAt = -Infinity;

  constructor(
    private readonly parts: { readonly clock: Clock; readonly protection: TaskProtection; readonly logger: Logger },
    private readonly times: ProtectionTimes,
  ) {}

  /** Runs until the signal aborts; `busy` says whether there is work. */
  async run(busy: () => boolean, changed: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.keep(busy());
      // An idle worker waits for work; a busy one renews.
      const pause = new AbortController();
      const either = AbortSignal.any([signal, pause.signal]);
      await Promise.race([changed(either), this.parts.clock.sleep(this.pauseMs(), either)]);
      pause.abort();
    }
    await this.keep(false);
  }

  private async keep(busy: boolean): Promise<void> {
    const leftMs = busy ? this.leftMs() : 0;
    if (leftMs <= 0 && !this.isProtected) return;
    try {
      if (leftMs > 0) await this.parts.protection.protect(Math.ceil(Math.min(this.times.heartbeatMs * HEARTBEATS, leftMs) / MINUTE_MS));
      else await this.release(busy);
      this.isProtected = leftMs > 0;
    } catch (error) {
      this.parts.logger.warn('The protection of the task could not be changed', { error, busy });
    }
  }

  private async release(busy: boolean): Promise<void> {
    await this.parts.protection.release();
    this.releasedAt = this.parts.clock.monotonic();
    if (busy) this.parts.logger.info('The task was protected for as long as a deployment may wait; one that comes now replaces it');
  }

  /** Of the protection: jobs that follow each other share it, until the task has been open for long enough to be replaced. */
  private leftMs(): number {
    const now = this.parts.clock.monotonic();
    if (!this.isProtected && now - this.releasedAt >= this.times.unprotectedMs) this.protectedSince = undefined;
    this.protectedSince ??= now;
    return this.protectedSince + this.times.protectionMs - now;
  }

  private pauseMs(): number {
    const { heartbeatMs, protectionMs } = this.times;
    if (!this.isProtected) return heartbeatMs;
    const left = this.protectedSince! + protectionMs - this.parts.clock.monotonic();
    return left > 0 ? Math.min(heartbeatMs, left) : heartbeatMs;
  }
}
