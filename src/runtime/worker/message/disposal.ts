/** What happens to a message when no worker works on it any more. */
import { Delivery } from '../../ports/processing-catalog';
import { fullJitter } from '../job/retry';
import { WorkerSettings } from '../settings';

export type Disposal =
  /** Its effect is durable. */
  | { readonly kind: 'delete' }
  /** Visible again after so many seconds. */
  | { readonly kind: 'return'; readonly seconds: number };

/** A poisoned message waits this part of the visibility between its receives: it reaches the dead-letter queue soon, not in a storm. */
const PARKED = 1 / 6;
const LONGEST_BACKOFF_SECONDS = 900;

export const DELETE: Disposal = { kind: 'delete' };

/** At once, for another worker. */
export function giveBack(): Disposal {
  return { kind: 'return', seconds: 0 };
}

/** Left for the dead-letter queue. */
export function park({ visibilitySeconds }: Pick<WorkerSettings, 'visibilitySeconds'>): Disposal {
  return { kind: 'return', seconds: Math.ceil(visibilitySeconds * PARKED) };
}

/** Full jitter over one visibility timeout, doubled with every receive. */
export function retryLater(
  { receiveCount }: Delivery, { visibilitySeconds }: Pick<WorkerSettings, 'visibilitySeconds'>, random: () => number,
): Disposal {
  return { kind: 'return', seconds: Math.round(fullJitter(receiveCount, visibilitySeconds, LONGEST_BACKOFF_SECONDS, random)) };
}
