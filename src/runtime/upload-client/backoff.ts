const FIRST_DELAY_MS = 800;
const LONGEST_DELAY_MS = 20_000;

/** Attempts of one transfer before it counts as failed: with the delays below, some two minutes without a network. */
export const MOST_ATTEMPTS = 8;

/** Milliseconds before the next attempt: longer each time, with jitter. */
export function delayBefore(attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
}
