export interface JobCounts {
  readonly waiting: number;
  /** In the hands of workers. */
  readonly inFlight: number;
}

/** Counts the jobs at this moment, not when a metric was last published. Approximate, as a distributed queue is. */
export interface JobCounter {
  count(): Promise<JobCounts>;
}
