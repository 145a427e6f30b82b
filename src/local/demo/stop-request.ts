const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The user's wish to stop: the first signal asks, the second insists. */
export class StopRequest {
  private readonly first: Promise<void>;
  private insist?: () => void;
  private count = 0;

  constructor() {
    this.first = new Promise(resolve => {
      for (const signal of SIGNALS) {
        process.on(signal, () => {
          this.count += 1;
          if (this.count === 1) resolve();
          else this.insist?.();
        });
      }
    });
  }

  get requested(): boolean {
    return this.count > 0;
  }

  onSecond(insist: () => void): void {
    this.insist = insist;
  }

  wait(): Promise<void> {
    return this.first;
  }

  /** The work's result, or 130, as shells say it, as soon as a stop is asked for: work that then breaks off is of no interest. */
  async orResultOf(work: Promise<number>): Promise<number> {
    work.catch(() => undefined);
    return Promise.race([work, this.first.then(() => 130)]);
  }
}
