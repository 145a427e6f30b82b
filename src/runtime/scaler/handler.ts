import { Scaler } from './scaler';
import { createEcsClient, createSqsClient } from '../adapters/aws/clients';
import { EcsWorkerFleet } from '../adapters/aws/ecs-worker-fleet';
import { SqsJobCounter } from '../adapters/aws/sqs-job-counter';
import { EmfMetrics } from '../adapters/telemetry/emf-metrics';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { FOLLOW_QUEUE, readEnvironment, SCALER_ENVIRONMENT } from '../contract';

const environment = readEnvironment(SCALER_ENVIRONMENT, process.env);
const metrics = new EmfMetrics(environment.METRICS_NAMESPACE, 'scaler');
const scaler = new Scaler({
  metrics,
  fleet: new EcsWorkerFleet(createEcsClient(), { cluster: environment.CLUSTER, service: environment.SERVICE_ARN }),
  jobs: new SqsJobCounter(createSqsClient(), environment.JOB_QUEUE_URL),
  logger: StructuredLogger.create('scaler', environment.LOG_LEVEL),
}, {
  maxWorkers: environment.MAX_WORKERS, jobsPerWorker: environment.JOBS_PER_WORKER, concurrency: environment.CONCURRENCY,
});

/** Two callers: the rule that reports sources, and the schedule. Whatever fails throws, and Lambda calls again. */
export async function handler(event: { readonly action?: unknown }): Promise<void> {
  await (event.action === FOLLOW_QUEUE.action ? scaler.follow() : scaler.wake()).finally(() => metrics.flush());
}
