import { METRIC } from '../contract';
import { JobCounter, JobCounts } from '../ports/job-count';
import { Logger, Metrics } from '../ports/telemetry';
import { WorkerFleet } from '../ports/worker-fleet';

export interface ScalerDependencies {
  readonly fleet: WorkerFleet;
  readonly jobs: JobCounter;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface ScalerLimits {
  readonly maxWorkers: number;
  /** Jobs that one worker works off within the acceptable latency. */
  readonly jobsPerWorker: number;
  /** Jobs that one worker runs side by side. */
  readonly concurrency: number;
}

/**
 * Raises the number of workers; it never lowers it. Two callers: the event of a source's arrival, and a clock.
 *
 * Both may start the first worker, and only the clock more than that: events come by the hundred at the same time, and what each of them
 * would write over the others is the same 1.
 */
export class Scaler {
  constructor(private readonly dependencies: ScalerDependencies, private readonly limits: ScalerLimits) {}

  /** A source has arrived. Its message may not be visible yet, so the queue is not asked. */
  async wake(): Promise<void> {
    if (await this.dependencies.fleet.wanted() === 0) await this.want(1, 'a source arrived');
  }

  /** Looks at the queue, so that no job waits because an event was lost, and many jobs get many workers. */
  async follow(): Promise<void> {
    const jobs = await this.dependencies.jobs.count();
    if (jobs.waiting === 0) return;
    if (jobs.inFlight === 0) this.dependencies.metrics.add(METRIC.JOBS_UNATTENDED, jobs.waiting);
    const wanted = await this.dependencies.fleet.wanted();
    if (wanted === undefined) return;
    const needed = wanted === 0 ? 1 : workersFor(jobs, this.limits);
    if (needed > wanted) await this.want(needed, 'jobs wait', { ...jobs, wanted });
  }

  private async want(count: number, reason: string, facts: object = {}): Promise<void> {
    await this.dependencies.fleet.want(count);
    this.dependencies.logger.info('Workers are wanted', { count, reason, ...facts });
  }
}

/**
 * A busy worker may be busy for hours, so it is not counted on: those that wait get workers of their own, each as many as it works off
 * in time. Never more workers than jobs.
 */
export function workersFor({ waiting, inFlight }: JobCounts, { maxWorkers, jobsPerWorker, concurrency }: ScalerLimits): number {
  return Math.min(maxWorkers, Math.ceil(inFlight / concurrency) + Math.ceil(waiting / jobsPerWorker));
}
