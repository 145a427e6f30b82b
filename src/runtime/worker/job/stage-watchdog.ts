import { TransientError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { Clock } from '../../ports/clock';

/** Checks per limit. */
const LOOKS = 8;

/**
 * Ends a stage that shows no life: a stopped ffmpeg, a transfer that drips nothing. Counts its own looks rather than the clock,
 * so that a worker that was itself stopped for a while does not blame the stage.
 */
export class StageWatchdog {
  private readonly done = new AbortController();
  private silentLooks = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limitMs: number,
    private readonly onStalled: (reason: TransientError) => void,
  ) {}

  /** Runs a stage under watch; `alive` is to be called whenever it moves. */
  async watch<T>(stage: string, run: (alive: () => void) => Promise<T>): Promise<T> {
    const watching = this.look(stage);
    try {
      return await run(() => { this.silentLooks = 0; });
    } finally {
      this.done.abort();
      await watching;
    }
  }

  private async look(stage: string): Promise<void> {
    while (!this.done.signal.aborted) {
      await this.clock.sleep(this.limitMs / LOOKS, this.done.signal);
      if (++this.silentLooks <= LOOKS || this.done.signal.aborted) continue;
      this.onStalled(new TransientError(FailureCode.STALLED, `The stage '${stage}' showed no progress for ${Math.round(this.limitMs / 1000)} s.`));
      return;
    }
  }
}
