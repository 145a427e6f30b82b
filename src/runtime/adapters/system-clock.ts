import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../ports/clock';

/** The machine's clocks. */
export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    await delay(milliseconds, undefined, { signal }).catch(error => {
      if (!signal?.aborted) throw error;
    });
  }
}
