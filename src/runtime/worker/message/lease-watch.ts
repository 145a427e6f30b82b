import { Clock } from '../../ports/clock';
import { LeaseObservation, ProcessingCatalog, Work } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';

export interface LeaseWatchDependencies {
  readonly clock: Clock;
  readonly catalog: ProcessingCatalog;
  readonly logger: Logger;
  readonly random: () => number;
}

export interface LeaseWatchTimes {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
}

export type WatchEnd =
  /** The lease may be taken: it is free, or dead as `stale` saw it. */
  | { readonly kind: 'takeable'; readonly stale?: LeaseObservation }
  /** Nothing is left to take, or the watch was broken off. */
  | { readonly kind: 'over' };

/**
 * Watches a lease that another worker holds, until it is free, settled, or dead. Dead is a lease that has not been renewed for
 * its length on this machine's own monotonic clock: nobody's wall clock takes part in the decision.
 */
export async function watchLease(
  { clock, catalog, logger, random }: LeaseWatchDependencies, times: LeaseWatchTimes, work: Work, first: LeaseObservation, until: () => boolean,
  signal: AbortSignal,
): Promise<WatchEnd> {
  let seen = first;
  let since = clock.monotonic();
  while (!signal.aborted && !until()) {
    // Half to one heartbeat: watchers of one lease do not look all at once.
    await clock.sleep(times.heartbeatMs * (0.5 + random() / 2), signal);
    const view = await catalog.observe(work).catch(error => {
      logger.warn('The lease could not be looked at', { error });
      return undefined;
    });
    if (!view) continue;
    if (view.kind !== 'held') return { kind: view.kind === 'free' ? 'takeable' : 'over' };
    const { epoch, renewals } = view.observation;
    if (epoch !== seen.epoch || renewals !== seen.renewals) {
      seen = view.observation;
      since = clock.monotonic();
    } else if (clock.monotonic() - since >= times.leaseMs) {
      return { kind: 'takeable', stale: seen };
    }
  }
  return { kind: 'over' };
}
