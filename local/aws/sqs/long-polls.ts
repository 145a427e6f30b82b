import { StoredMessage } from './message';

interface Waiter {
  readonly take: () => StoredMessage[];
  readonly finish: (messages: StoredMessage[]) => void;
}

/** A shifted clock moves deadlines without a timer noticing, so we look again at least this often. */
const LONGEST_NAP_MS = 1000;

/**
 * The receives that wait for a message, first come, first served.
 *
 * A waiter whose caller is gone must leave at once: a message handed to a dead connection would stay invisible for
 * the whole visibility timeout.
 */
export class LongPolls {
  private readonly waiters: Waiter[] = [];
  private alarm?: NodeJS.Timeout;

  constructor(private readonly nextVisibleAt: () => number | undefined, private readonly time: () => number) {}

  wait(take: () => StoredMessage[], seconds: number, signal: AbortSignal): Promise<StoredMessage[]> {
    if (signal.aborted) return Promise.resolve([]);
    return new Promise(resolve => {
      const finish = (messages: StoredMessage[]) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        resolve(messages);
      };
      const leave = () => finish([]);
      const waiter: Waiter = { take, finish };
      const timer = setTimeout(leave, seconds * 1000);
      signal.addEventListener('abort', leave);
      this.waiters.push(waiter);
      this.setAlarm();
    });
  }

  /** Answers every poll that can be answered now. */
  dispatch(): void {
    while (this.waiters.length > 0) {
      const [first] = this.waiters;
      const messages = first.take();
      if (messages.length === 0) break;
      first.finish(messages);
    }
    this.setAlarm();
  }

  close(): void {
    for (const waiter of [...this.waiters]) waiter.finish([]);
    clearTimeout(this.alarm);
  }

  /** Wakes up when the next invisible message comes back. */
  private setAlarm(): void {
    clearTimeout(this.alarm);
    const next = this.waiters.length === 0 ? undefined : this.nextVisibleAt();
    if (next === undefined) return;
    const delay = Math.min(Math.max(next - this.time(), 1), LONGEST_NAP_MS);
    this.alarm = setTimeout(() => this.dispatch(), delay);
  }
}
