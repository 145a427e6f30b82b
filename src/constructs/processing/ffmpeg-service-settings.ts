import { Duration, Size } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { FargateCapacity } from './fargate-capacity';
import { MAX_STORAGE_GIB, MIN_STORAGE_GIB, requiredStorageGib, sizeProblem } from './fargate-sizes';
import { FfmpegFargateServiceProps } from './ffmpeg-fargate-service-props';
import { LadderProfile } from './ladder-profile';
import { isToken, known, Rule, validateRules } from '../private/validation';

/** The service's props with defaults, sizes computed, and checked against each other. */
export interface FfmpegServiceSettings extends FargateCapacity {
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly cpuArchitecture: ecs.CpuArchitecture;
  readonly storageGib: number;
  readonly maxUploadBytes: number;
  readonly ladder: LadderProfile;
  readonly concurrency: number;
  readonly heartbeat: Duration;
  readonly maxJobDuration: Duration;
  readonly stopTimeout: Duration;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly acceptableLatency: Duration;
  readonly averageJobDuration: Duration;
  readonly metricsNamespace: string;
  readonly logLevel: string;
}

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
/** ECS API reference, ContainerDefinition `stopTimeout`. */
const MAX_STOP_SECONDS = 120;
/** Below this a worker cannot give its job back in order. */
const MIN_STOP_SECONDS = 10;
/** From the first receive on, SQS keeps a message from others for 12 hours at most (SQS developer guide, "Visibility timeout"). */
const MAX_JOB = Duration.hours(12);

export function ffmpegServiceSettings(scope: Construct, props: FfmpegFargateServiceProps): FfmpegServiceSettings {
  const ladder = props.ladder ?? LadderProfile.standard();
  const concurrency = props.concurrency ?? 1;
  const maxUploadBytes = (props.maxUploadSize ?? Size.mebibytes(500)).toBytes();
  const required = requiredStorageGib(maxUploadBytes, ladder._render(), concurrency);
  const settings: FfmpegServiceSettings = {
    cpu: props.cpu ?? 4096,
    memoryLimitMiB: props.memoryLimitMiB ?? 8192,
    cpuArchitecture: props.cpuArchitecture ?? ecs.CpuArchitecture.ARM64,
    storageGib: props.ephemeralStorage?.toGibibytes() ?? Math.max(MIN_STORAGE_GIB, required),
    maxUploadBytes,
    ladder,
    concurrency,
    heartbeat: props.heartbeat ?? Duration.seconds(60),
    maxJobDuration: props.maxJobDuration ?? Duration.hours(6),
    stopTimeout: props.stopTimeout ?? Duration.seconds(MAX_STOP_SECONDS),
    minTasks: props.minTasks ?? 0,
    maxTasks: props.maxTasks ?? 10,
    acceptableLatency: props.acceptableLatency ?? Duration.minutes(5),
    averageJobDuration: props.averageJobDuration ?? Duration.minutes(2),
    onDemandBase: props.onDemandBase ?? 1,
    spotPercentage: props.spotPercentage ?? 70,
    metricsNamespace: props.metricsNamespace ?? 'VideoPlatform',
    logLevel: props.logLevel ?? 'INFO',
  };
  validateRules(scope, [
    ...timeRules(settings, props),
    ...sizeRules(settings, required),
    ...scalingRules(settings),
  ]);
  return settings;
}

function timeRules({ heartbeat, stopTimeout, maxJobDuration }: FfmpegServiceSettings, { queue }: FfmpegFargateServiceProps): Rule[] {
  const seconds = (duration: Duration) => duration.toSeconds({ integral: false });
  const visibility = queue.visibilityTimeout;
  return [
    {
      broken: known(heartbeat) && (seconds(heartbeat) < 1 || !Number.isInteger(seconds(heartbeat))),
      message: () => `heartbeat must be whole seconds, at least 1, got ${seconds(heartbeat)} seconds. Use a third of the queue's visibility timeout.`,
    },
    {
      broken: known(heartbeat, visibility) && seconds(heartbeat) >= seconds(visibility),
      message: () => `heartbeat must be shorter than the queue's visibility timeout, got ${seconds(heartbeat)} and ${seconds(visibility)} seconds. `
        + 'Every job would go to a second worker while the first still works; use a third of the timeout.',
    },
    {
      broken: known(stopTimeout) && (seconds(stopTimeout) < MIN_STOP_SECONDS || seconds(stopTimeout) > MAX_STOP_SECONDS),
      message: () => `stopTimeout must be ${MIN_STOP_SECONDS} to ${MAX_STOP_SECONDS} seconds, got ${seconds(stopTimeout)}. `
        + 'Fargate kills a container after 120 seconds at the latest; a worker that cannot finish gives its job back in that time.',
    },
    {
      broken: known(maxJobDuration) && seconds(maxJobDuration) >= MAX_JOB.toSeconds(),
      message: () => `maxJobDuration must be shorter than 12 hours, got ${seconds(maxJobDuration)} seconds. SQS hands a message out again `
        + '12 hours after it was received, whatever the heartbeat says.',
    },
    {
      broken: known(maxJobDuration, heartbeat) && seconds(maxJobDuration) <= seconds(heartbeat),
      message: () => `maxJobDuration must be longer than the heartbeat, got ${seconds(maxJobDuration)} and ${seconds(heartbeat)} seconds. `
        + 'It is the limit of a whole job; give it hours.',
    },
  ];
}

function sizeRules(settings: FfmpegServiceSettings, required: number): Rule[] {
  const { cpu, memoryLimitMiB, storageGib, maxUploadBytes, concurrency, logLevel } = settings;
  const size = known(cpu, memoryLimitMiB) ? sizeProblem(cpu, memoryLimitMiB) : undefined;
  const needs = `${concurrency} job(s) of up to ${maxUploadBytes} bytes with their renditions and the image need ${required} GiB`;
  return [
    { broken: size !== undefined, message: () => size! },
    {
      broken: known(maxUploadBytes) && maxUploadBytes < 1,
      message: () => `maxUploadSize must be at least 1 byte, got ${maxUploadBytes}. Use the uploader's limit, such as Size.mebibytes(500).`,
    },
    {
      broken: known(concurrency) && (!Number.isInteger(concurrency) || concurrency < 1),
      message: () => `concurrency must be a whole number of at least 1, got ${concurrency}. Use 1: ffmpeg uses every core already.`,
    },
    {
      broken: known(storageGib) && required <= MAX_STORAGE_GIB && (storageGib < MIN_STORAGE_GIB || storageGib > MAX_STORAGE_GIB),
      message: () => `ephemeralStorage must be ${MIN_STORAGE_GIB} to ${MAX_STORAGE_GIB} GiB, got ${storageGib}. Fargate offers no other; `
        + 'leave it out to have it computed.',
    },
    {
      broken: known(storageGib) && required > MAX_STORAGE_GIB,
      message: () => `${needs}, but Fargate offers at most ${MAX_STORAGE_GIB}. Lower maxUploadSize or concurrency, or take rungs off the ladder.`,
    },
    {
      broken: known(storageGib) && required <= MAX_STORAGE_GIB && storageGib >= MIN_STORAGE_GIB && storageGib < required,
      message: () => `ephemeralStorage is too small: ${needs}, got ${storageGib} GiB. Raise it, leave it out, or lower maxUploadSize.`,
    },
    {
      broken: !isToken(logLevel) && !LOG_LEVELS.includes(logLevel),
      message: () => `logLevel must be one of ${LOG_LEVELS.join(', ')}, got '${logLevel}'.`,
    },
  ];
}

function scalingRules(settings: FfmpegServiceSettings): Rule[] {
  const { minTasks, maxTasks, acceptableLatency, averageJobDuration, onDemandBase, spotPercentage } = settings;
  const whole = (value: number) => Number.isInteger(value) && value >= 0;
  return [
    {
      broken: known(minTasks, maxTasks) && !(whole(minTasks) && whole(maxTasks) && maxTasks >= 1 && minTasks <= maxTasks),
      message: () => `minTasks and maxTasks must be whole numbers, 0 or more and 1 or more, the first no larger; got ${minTasks} and ${maxTasks}. `
        + 'Use 0 and the most that your account and budget carry.',
    },
    {
      broken: known(acceptableLatency) && acceptableLatency.toSeconds() < 1,
      message: () => `acceptableLatency must be at least 1 second, got ${acceptableLatency.toSeconds()}. Starting a task alone takes about a minute.`,
    },
    {
      broken: known(averageJobDuration) && averageJobDuration.toSeconds() < 1,
      message: () => `averageJobDuration must be at least 1 second, got ${averageJobDuration.toSeconds()}. Measure it with the metric JobSeconds.`,
    },
    {
      broken: known(onDemandBase) && !whole(onDemandBase),
      message: () => `onDemandBase must be a whole number of 0 or more, got ${onDemandBase}. Use 1 to keep processing through Spot shortages.`,
    },
    {
      broken: known(spotPercentage) && !(whole(spotPercentage) && spotPercentage <= 100),
      message: () => `spotPercentage must be a whole number from 0 to 100, got ${spotPercentage}. Use 0 for on-demand capacity alone.`,
    },
    {
      broken: known(spotPercentage, onDemandBase) && spotPercentage === 100 && onDemandBase > 0,
      message: () => `spotPercentage 100 leaves on-demand capacity no weight, so ECS would not place the ${onDemandBase} task(s) of onDemandBase. `
        + 'Use 99, or onDemandBase 0.',
    },
  ];
}
