import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LadderProfile } from './ladder-profile';
import { IPlatformNetwork } from '../network/platform-network';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { IVideoBucket } from '../storage/video-bucket-base';
import { IVideoCatalog } from '../storage/video-catalog';

/** Properties of `FfmpegFargateService`. */
export interface FfmpegFargateServiceProps {
  /** Where sources are read from and renditions written to. */
  readonly bucket: IVideoBucket;

  /** Where videos are leased and published. */
  readonly catalog: IVideoCatalog;

  /** Where jobs come from. */
  readonly queue: IProcessingQueue;

  /**
   * Where workers run.
   *
   * @default - a new `PlatformNetwork`
   */
  readonly network?: IPlatformNetwork;

  /**
   * The cluster that the service belongs to. It must have the capacity providers FARGATE and FARGATE_SPOT; the metrics of running and
   * wanted tasks need Container Insights.
   *
   * @default - a new cluster with both
   */
  readonly cluster?: ecs.ICluster;

  /**
   * The worker's image. An image of your own must work in `/worker`, declare `/worker/scratch` a volume that its user
   * (not root) can write, and touch `scratch/.alive` at least every heartbeat.
   *
   * @default - the image shipped with this library, built by the CDK at deployment
   */
  readonly image?: ecs.ContainerImage;

  /**
   * Processor architecture. ARM costs a fifth less for the same work.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * CPU units of a task; 1024 are one vCPU. One of 256, 512, 1024, 2048, 4096, 8192, 16384.
   *
   * @default 4096
   */
  readonly cpu?: number;

  /**
   * Memory of a task, MiB. Fargate offers certain amounts for each number of CPU units.
   *
   * @default 8192
   */
  readonly memoryLimitMiB?: number;

  /**
   * Disk of a task, 21 to 200 GiB: image, sources and renditions.
   *
   * @default - what the largest upload and its renditions need, at least 21 GiB
   */
  readonly ephemeralStorage?: Size;

  /**
   * Largest source, at least 1 byte. The same as the uploader's.
   *
   * @default Size.mebibytes(500)
   */
  readonly maxUploadSize?: Size;

  /**
   * The renditions to make.
   *
   * @default LadderProfile.standard()
   */
  readonly ladder?: LadderProfile;

  /**
   * Jobs that one task runs side by side, at least 1. ffmpeg uses every core already, so more pays only for many very short videos.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * How often a worker renews its hold on message and lease, in whole seconds. At most half of the queue's visibility
   * timeout, so that one may fail; a third of it survives two that fail.
   *
   * @default - a third of the queue's visibility timeout, at most 60 seconds
   */
  readonly heartbeat?: Duration;

  /**
   * Longest that a job may take; then it is stopped and counts as failed. With the queue's visibility timeout at most the 12 hours that
   * SQS lets a message be kept from others.
   *
   * @default Duration.hours(6)
   */
  readonly maxJobDuration?: Duration;

  /**
   * How long a deployment waits for running jobs, 1 minute to 2 hours in whole minutes. A job that takes longer is handed back when a
   * deployment meets it, and begins again on a new worker. CloudFormation fails an update of a service after three hours (ECS developer
   * guide, "Task scale-in protection"), and the credentials of a deployment often last for one.
   *
   * @default Duration.minutes(30)
   */
  readonly deploymentWait?: Duration;

  /**
   * From SIGTERM to SIGKILL: what a worker has to finish or give back its job. 10 to 120 whole seconds, Fargate's maximum.
   *
   * @default Duration.seconds(120)
   */
  readonly stopTimeout?: Duration;

  /**
   * Fewest tasks. With 0 none runs while there is no job, and the first job waits for one to start, a minute or two; 1 avoids that.
   *
   * @default 0
   */
  readonly minTasks?: number;

  /**
   * Most tasks.
   *
   * @default 10
   */
  readonly maxTasks?: number;

  /**
   * How long a job may wait before it is started; more tasks are added to keep to it, up to `maxTasks`. Shorter than
   * `averageJobDuration`, it gives each waiting job a task of its own.
   *
   * @default Duration.minutes(5)
   */
  readonly acceptableLatency?: Duration;

  /**
   * How long a job takes on average, at most `maxJobDuration`. Measure it (metric `JobSeconds`) and correct this.
   *
   * @default Duration.minutes(2)
   */
  readonly averageJobDuration?: Duration;

  /**
   * Tasks that run on demand before Spot is used at all: interruptions never stop all processing.
   *
   * @default 1
   */
  readonly onDemandBase?: number;

  /**
   * Share of the tasks beyond `onDemandBase` that run on Spot capacity, percent. Spot costs about 70 % less; an
   * interrupted job starts over.
   *
   * @default 70
   */
  readonly spotPercentage?: number;

  /**
   * CloudWatch namespace of the platform's metrics.
   *
   * @default 'VideoPlatform'
   */
  readonly metricsNamespace?: string;

  /**
   * Least severe level that is logged: DEBUG, INFO, WARN or ERROR.
   *
   * @default 'INFO'
   */
  readonly logLevel?: string;

  /**
   * How long logs are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The key that logs are encrypted with. Its policy is extended so that CloudWatch Logs may use it.
   *
   * @default - a new key, rotated every year
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * What happens to the logs and their key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
