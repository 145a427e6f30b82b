import { Clock } from '../ports/clock';
import { TaskProtection } from '../ports/task-protection';
import { Logger } from '../ports/telemetry';

/** Renewed with every heartbeat and valid for this many of them, so that a dead worker's protection ends soon. */
const HEARTBEATS = 5;
const MINUTE_MS = 60_000;

/** Protects the task from scale-in while it has work, and no longer. A refusal is logged: work goes on without protection. */
export class ProtectionKeeper {
  private isProtected = false;

  constructor(
    private readonly parts: { readonly clock: Clock; readonly protection: TaskProtection; readonly logger: Logger },
    private readonly heartbeatMs: number,
  ) {}

  /** Runs until the signal aborts; `busy` says whether there is work. */
  async run(busy: () => boolean, changed: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.keep(busy());
      // An idle worker waits for work; a busy one renews.
      const pause = new AbortController();
      const either = AbortSignal.any([signal, pause.signal]);
      await Promise.race([changed(either), this.parts.clock.sleep(this.heartbeatMs, either)]);
      pause.abort();
    }
    await this.keep(false);
  }

  private async keep(busy: boolean): Promise<void> {
    if (!busy && !this.isProtected) return;
    try {
      if (busy) await this.parts.protection.protect(Math.ceil(this.heartbeatMs * HEARTBEATS / MINUTE_MS));
      else await this.parts.protection.release();
      this.isProtected = busy;
    } catch (error) {
      this.parts.logger.warn('The task could not be protected from scale-in', { error, busy });
    }
  }
}
