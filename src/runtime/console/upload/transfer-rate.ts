const WINDOW_MS = 8000;

/** Bytes per second over the last seconds: steady enough to read, quick enough to believe. */
export class TransferRate {
  private samples: Array<{ readonly at: number; readonly bytes: number }> = [];

  add(bytes: number, at = performance.now()): void {
    this.samples = [...this.samples.filter(sample => at - sample.at < WINDOW_MS), { at, bytes }];
  }

  reset(): void {
    this.samples = [];
  }

  get bytesPerSecond(): number {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    return first && last && last.at - first.at > 500 ? Math.max(0, (last.bytes - first.bytes) / (last.at - first.at) * 1000) : 0;
  }
}
