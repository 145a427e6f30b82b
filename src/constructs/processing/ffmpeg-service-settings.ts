import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { FargateCapacity } from './fargate-capacity';
import { MIN_STORAGE_GIB, requiredStorageGib } from './fargate-sizes';
import { FfmpegFargateServiceProps } from './ffmpeg-fargate-service-props';
import { LadderProfile } from './ladder-profile';
import { DEFAULT_UPLOAD_BYTES } from '../../runtime/contract';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { known } from '../shared/validation';

/** The service's props with defaults filled in, and the sizes that follow from them. */
export interface FfmpegServiceSettings extends FargateCapacity {
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly cpuArchitecture: ecs.CpuArchitecture;
  readonly storageGib: number;
  /** What the jobs need of the disk. */
  readonly requiredStorageGib: number;
  readonly maxUploadBytes: number;
  readonly ladder: LadderProfile;
  readonly concurrency: number;
  readonly heartbeat: Duration;
  readonly maxJobDuration: Duration;
  readonly stopTimeout: Duration;
  readonly deploymentWait: Duration;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly acceptableLatency: Duration;
  readonly averageJobDuration: Duration;
  readonly metricsNamespace: string;
  readonly logLevel: string;
}

/** Seconds; two of them may fail within a visibility timeout of three minutes. */
const LONGEST_DEFAULT_HEARTBEAT = 60;

/** Pure: fills in the defaults and judges nothing. */
export function ffmpegServiceSettings(props: FfmpegFargateServiceProps): FfmpegServiceSettings {
  const ladder = props.ladder ?? LadderProfile.standard();
  const concurrency = props.concurrency ?? 1;
  const maxUploadBytes = props.maxUploadSize?.toBytes() ?? DEFAULT_UPLOAD_BYTES;
  const required = requiredStorageGib(maxUploadBytes, ladder._render(), concurrency);
  return {
    cpu: props.cpu ?? 4096,
    memoryLimitMiB: props.memoryLimitMiB ?? 8192,
    cpuArchitecture: props.cpuArchitecture ?? ecs.CpuArchitecture.ARM64,
    storageGib: props.ephemeralStorage?.toGibibytes() ?? Math.max(MIN_STORAGE_GIB, required),
    requiredStorageGib: required,
    maxUploadBytes,
    ladder,
    concurrency,
    heartbeat: props.heartbeat ?? defaultHeartbeat(props.queue),
    maxJobDuration: props.maxJobDuration ?? Duration.hours(6),
    deploymentWait: props.deploymentWait ?? Duration.minutes(30),
    stopTimeout: props.stopTimeout ?? Duration.seconds(120),
    minTasks: props.minTasks ?? 0,
    maxTasks: props.maxTasks ?? 10,
    acceptableLatency: props.acceptableLatency ?? Duration.minutes(5),
    averageJobDuration: props.averageJobDuration ?? Duration.minutes(2),
    onDemandBase: props.onDemandBase ?? 1,
    spotPercentage: props.spotPercentage ?? 70,
    metricsNamespace: props.metricsNamespace ?? 'VideoPlatform',
    logLevel: props.logLevel ?? 'INFO',
  };
}

/** Queues of the user's have visibility timeouts of their own. */
function defaultHeartbeat({ visibilityTimeout }: IProcessingQueue): Duration {
  const third = known(visibilityTimeout) ? Math.floor(visibilityTimeout.toSeconds({ integral: false }) / 3) : LONGEST_DEFAULT_HEARTBEAT;
  return Duration.seconds(Math.max(1, Math.min(third, LONGEST_DEFAULT_HEARTBEAT)));
}
