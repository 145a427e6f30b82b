import { onLauncherGone } from './ancestors';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C may arrive several times: from the terminal, and handed on by npm and tsx. */
const ECHO_MS = 1_000;

/** The user's wish to stop: the first signal asks, the second insists. The end of `npm run` counts as a signal too. */
export class StopRequest {
  private readonly first: Promise<void>;
  private insist?: () => void;
  private askedAt?: number;

  constructor() {
    this.first = new Promise(resolve => {
      const ask = () => {
        this.askedAt ??= performance.now();
        resolve();
      };
      const signalled = () => {
        ask();
        if (performance.now() - this.askedAt! > ECHO_MS) this.insist?.();
      };
      for (const signal of SIGNALS) process.on(signal, signalled);
      onLauncherGone(ask);
    });
  }

  get requested(): boolean {
    return this.askedAt !== undefined;
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
