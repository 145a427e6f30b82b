import { FailureError } from '../../domain/errors';
import { Clock } from '../../ports/clock';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (error: FailureError, attempt: number) => void;
}

const ATTEMPTS = 5;
const BASE_MS = 250;
const CAP_MS = 10_000;

/** Full jitter: anywhere between nothing and the doubled step, so that workers that failed together do not return together. */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** Repeats one step a bounded number of times while its error says that it may work next time. */
export async function withRetries<T>(step: () => Promise<T>, { clock, random, signal, onRetry }: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (attempt >= ATTEMPTS || signal?.aborted || !worthRepeating(error)) throw error;
      onRetry?.(error, attempt);
      await clock.sleep(fullJitter(attempt, BASE_MS, CAP_MS, random), signal);
      if (signal?.aborted) throw error;
    }
  }
}

function worthRepeating(error: unknown): error is FailureError {
  return error instanceof FailureError && error.retry === 'now';
}
