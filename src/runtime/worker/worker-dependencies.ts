import { Clock } from '../ports/clock';
import { JobQueue } from '../ports/job-queue';
import { ObjectStore } from '../ports/object-store';
import { ProcessingCatalog } from '../ports/processing-catalog';
import { TaskProtection } from '../ports/task-protection';
import { Logger, Metrics } from '../ports/telemetry';
import { Transcoder } from '../ports/transcoder';

/** Everything outside the worker that it works with. */
export interface WorkerDependencies {
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly catalog: ProcessingCatalog;
  readonly store: ObjectStore;
  readonly transcoder: Transcoder;
  readonly protection: TaskProtection;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** 0 to 1; the jitter's. */
  readonly random: () => number;
}
