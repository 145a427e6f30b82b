import { LeaseLostError } from '../../domain/errors';
import { ProcessingStage, Progress } from '../../domain/video';
import { Clock } from '../../ports/clock';
import { Lease, ProcessingCatalog } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';

/**
 * Writes how far a job is into the catalog: the latest state only, one write at a time, and seldom. A write that fails is
 * forgotten, for the next one says more; the heartbeat notices a lost lease.
 */
export class ProgressReporter {
  private latest?: Progress;
  private writing?: Promise<void>;
  private stageStartedAt: number;
  private readonly closed = new AbortController();

  constructor(
    private readonly parts: { readonly clock: Clock; readonly catalog: ProcessingCatalog; readonly logger: Logger },
    private readonly lease: Lease,
    private readonly intervalMs: number,
  ) {
    this.stageStartedAt = parts.clock.monotonic();
  }

  report(stage: ProcessingStage, percent: number): void {
    if (this.latest?.stage !== stage) this.stageStartedAt = this.parts.clock.monotonic();
    this.latest = { stage, percent: Math.min(100, Math.max(0, Math.round(percent))) };
    if (!this.closed.signal.aborted) this.writing ??= this.write();
  }

  /** Milliseconds that the current stage still needs, as far as its pace tells. */
  remaining(): number | undefined {
    if (!this.latest || this.latest.percent < 1) return undefined;
    const elapsed = this.parts.clock.monotonic() - this.stageStartedAt;
    const { stage, percent } = this.latest;
    return stage === 'download' || stage === 'probe' ? undefined : elapsed * (100 - percent) / percent;
  }

  /** Waits for the write on its way, so that none follows the job's last. */
  async close(): Promise<void> {
    this.closed.abort();
    await this.writing;
  }

  private async write(): Promise<void> {
    for (let written: Progress | undefined; this.latest && this.latest !== written && !this.closed.signal.aborted;) {
      written = this.latest;
      await this.parts.catalog.reportProgress(this.lease, written).catch(error => this.complain(error));
      await this.parts.clock.sleep(this.intervalMs, this.closed.signal);
    }
    this.writing = undefined;
  }

  private complain(error: unknown): void {
    if (error instanceof LeaseLostError) this.closed.abort();
    this.parts.logger.debug('Progress was not written', { error });
  }
}
