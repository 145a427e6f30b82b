/** Entry of the worker's container: environment in, adapters built, loop run, exit code out. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as path from 'node:path';
import { stallSeconds, workerSettings } from './settings';
import { Worker } from './worker';
import { DynamoDbProcessingCatalog } from '../adapters/aws/dynamodb-processing-catalog';
import { EcsTaskProtection } from '../adapters/aws/ecs-task-protection';
import { S3ObjectStore } from '../adapters/aws/s3-object-store';
import { SqsJobQueue } from '../adapters/aws/sqs-job-queue';
import { createWorkerClients } from '../adapters/aws/worker-clients';
import { FfmpegTranscoder } from '../adapters/ffmpeg/ffmpeg-transcoder';
import { SystemClock } from '../adapters/system-clock';
import { EmfMetrics } from '../adapters/telemetry/emf-metrics';
import { logLibraryOutput } from '../adapters/telemetry/library-output';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { PROCESSOR_ENVIRONMENT, readEnvironment } from '../contract';
import { WorkerDependencies } from './worker-dependencies';

/** SQS hides a message this long after the receive; the first heartbeat extends it at once. */
const RECEIVE_VISIBILITY_SECONDS = 5;
/** The stop timeout is kept even when a service does not answer while everything is given back. */
const EXIT_MARGIN_MS = 500;
const LAUNCHER = path.join(__dirname, 'ffmpeg-launcher.sh');
const IMAGES = path.join(__dirname, 'images.js');

async function main(): Promise<void> {
  const environment = readEnvironment(PROCESSOR_ENVIRONMENT, process.env);
  const settings = workerSettings(environment);
  const logger = StructuredLogger.create('processor', environment.LOG_LEVEL);
  logLibraryOutput(logger);
  const clients = createWorkerClients(settings.heartbeatMs);
  const clock = new SystemClock();
  const parts: WorkerDependencies = {
    clock,
    logger,
    metrics: new EmfMetrics(environment.METRICS_NAMESPACE, 'processor'),
    queue: new SqsJobQueue(clients.sqs, {
      queueUrl: environment.JOB_QUEUE_URL, receiveVisibilitySeconds: Math.min(RECEIVE_VISIBILITY_SECONDS, settings.visibilitySeconds),
    }),
    catalog: new DynamoDbProcessingCatalog(clients.dynamodb, clock, {
      table: environment.CATALOG_TABLE, leaseSeconds: settings.leaseMs / 1000,
    }),
    store: new S3ObjectStore(clients.s3, settings.bucket),
    transcoder: new FfmpegTranscoder({
      launcher: LAUNCHER,
      logger,
      limits: { stallSeconds: stallSeconds(settings) },
      imageProcess: [process.execPath, IMAGES],
    }),
    protection: new EcsTaskProtection(process.env.ECS_AGENT_URI),
    random: Math.random,
  };
  const worker = new Worker(parts, settings, `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`);
  const stop = (signal: NodeJS.Signals) => {
    worker.stop(signal);
    setTimeout(() => process.exit(0), settings.stopTimeoutMs - EXIT_MARGIN_MS).unref();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await worker.run();
  process.exit(0);
}

main().catch(error => {
  process.stderr.write(`${JSON.stringify({ level: 'ERROR', message: 'The worker could not run', error: String(error) })}\n`);
  process.exit(1);
});
