import { Duration } from 'aws-cdk-lib';
import { MAX_STORAGE_GIB, MIN_STORAGE_GIB, sizeProblem } from './fargate-sizes';
import { FfmpegServiceSettings } from './ffmpeg-service-settings';
import { AWS_LIMITS, isLogLevel, LARGEST_UPLOAD_BYTES, LOG_LEVELS, LONGEST_RECEIVE_SECONDS, SMALLEST_UPLOAD_BYTES } from '../../runtime/contract';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { isToken, known, Rule } from '../shared/validation';

const ARCHITECTURES = ['ARM64', 'X86_64'];
const MAX_STOP_SECONDS = AWS_LIMITS.stopSeconds.value;
/** CloudFormation gives an update of a service three hours (ECS developer guide, "Task scale-in protection"); ECS needs some of them. */
const LONGEST_DEPLOYMENT_WAIT_SECONDS = 2 * 3600;
/** Below this a worker cannot give its job back in order. */
const MIN_STOP_SECONDS = 10;
/** Heartbeats in a visibility timeout: one may get lost, the worker repeats it after a quarter of its time. */
const MIN_HEARTBEATS = 2;

const seconds = (duration: Duration) => duration.toSeconds({ integral: false });
const wholeSeconds = (duration: Duration) => Number.isInteger(seconds(duration));
const wholeNumber = (value: number) => Number.isInteger(value) && value >= 0;
const shown = (value: number) => isToken(value) ? 'a token' : `${value}`;

/** Everything that the service's settings must hold to. */
export function ffmpegServiceRules(settings: FfmpegServiceSettings, queue: IProcessingQueue): Rule[] {
  const unknown = neededAtSynthesis(settings);
  // What is computed with them is no number.
  if (unknown.some(({ broken }) => broken)) return unknown;
  return [...timeRules(settings, queue), ...sizeRules(settings), ...storageRules(settings), ...scalingRules(settings)];
}

/** Props that others are computed from, so that they cannot be left to the deployment. */
function neededAtSynthesis(settings: FfmpegServiceSettings): Rule[] {
  const uses: Array<[string, unknown, string]> = [
    ['maxUploadSize', settings.maxUploadBytes, 'The size of the disk'],
    ['concurrency', settings.concurrency, 'The size of the disk and the target of the scaling'],
    ['ephemeralStorage', settings.storageGib, 'The room that jobs have'],
    ['heartbeat', settings.heartbeat, 'The health check'],
    ['acceptableLatency', settings.acceptableLatency, 'The target of the scaling'],
    ['averageJobDuration', settings.averageJobDuration, 'The target of the scaling'],
    ['spotPercentage', settings.spotPercentage, 'The weight of on-demand capacity'],
  ];
  return uses.map(([name, value, user]) => ({
    broken: isToken(value),
    message: () => `${name} must be known at synthesis, got a value that only the deployment knows. ${user} is computed from it; `
      + 'give a literal, or read it from the context of your app.',
  }));
}

function timeRules({ heartbeat, stopTimeout, deploymentWait, maxJobDuration, averageJobDuration }: FfmpegServiceSettings, queue: IProcessingQueue): Rule[] {
  const visibility = queue.visibilityTimeout;
  const tooLong = known(maxJobDuration) && seconds(maxJobDuration) >= LONGEST_RECEIVE_SECONDS;
  return [
    {
      broken: !wholeSeconds(heartbeat) || seconds(heartbeat) < 1,
      message: () => `heartbeat must be whole seconds, at least 1, got ${seconds(heartbeat)} seconds. Use a third of the queue's visibility timeout.`,
    },
    {
      broken: known(visibility) && seconds(visibility) < MIN_HEARTBEATS * seconds(heartbeat),
      message: () => `heartbeat must be at most half of the queue's visibility timeout, got ${seconds(heartbeat)} and ${seconds(visibility)} seconds. `
        + 'A single lost heartbeat would give the job to a second worker while the first still works; use a third of the timeout.',
    },
    {
      broken: known(stopTimeout)
        && !(wholeSeconds(stopTimeout) && seconds(stopTimeout) >= MIN_STOP_SECONDS && seconds(stopTimeout) <= MAX_STOP_SECONDS),
      message: () => `stopTimeout must be ${MIN_STOP_SECONDS} to ${MAX_STOP_SECONDS} whole seconds, got ${seconds(stopTimeout)}. `
        + 'Fargate kills a container after 120 seconds at the latest; a worker that cannot finish gives its job back in that time; use 120.',
    },
    {
      broken: known(deploymentWait)
        && !(seconds(deploymentWait) % 60 === 0 && seconds(deploymentWait) >= 60 && seconds(deploymentWait) <= LONGEST_DEPLOYMENT_WAIT_SECONDS),
      message: () => `deploymentWait must be 1 minute to 2 hours in whole minutes, got ${seconds(deploymentWait)} seconds. ECS protects tasks by the `
        + 'minute, and CloudFormation fails an update of a service that takes three hours; leave it out for 30 minutes.',
    },
    {
      broken: known(maxJobDuration) && !wholeSeconds(maxJobDuration),
      message: () => `maxJobDuration must be whole seconds, got ${seconds(maxJobDuration)} seconds. Use Duration.minutes() or Duration.hours().`,
    },
    {
      broken: tooLong,
      message: () => `maxJobDuration must be shorter than 12 hours, got ${seconds(maxJobDuration)} seconds. SQS hands a message out again `
        + '12 hours after it was received, whatever the heartbeat says; shorten it.',
    },
    {
      broken: !tooLong && known(maxJobDuration, visibility) && seconds(maxJobDuration) + seconds(visibility) > LONGEST_RECEIVE_SECONDS,
      message: () => `maxJobDuration and the queue's visibility timeout must be at most 12 hours together, got ${seconds(maxJobDuration)} and `
        + `${seconds(visibility)} seconds. SQS hides a message for 12 hours in all, so the last heartbeat must come a visibility timeout before; `
        + 'shorten one of the two.',
    },
    {
      broken: known(maxJobDuration) && seconds(maxJobDuration) <= seconds(heartbeat),
      message: () => `maxJobDuration must be longer than the heartbeat, got ${seconds(maxJobDuration)} and ${seconds(heartbeat)} seconds. `
        + 'It is the limit of a whole job; give it hours.',
    },
    {
      broken: known(maxJobDuration) && seconds(averageJobDuration) > seconds(maxJobDuration),
      message: () => `averageJobDuration must be at most maxJobDuration, got ${seconds(averageJobDuration)} and ${seconds(maxJobDuration)} seconds. `
        + 'A job that reaches the limit is stopped; measure the average with the metric JobSeconds, or raise the limit.',
    },
  ];
}

function sizeRules({ cpu, memoryLimitMiB, cpuArchitecture, maxUploadBytes, concurrency, logLevel }: FfmpegServiceSettings): Rule[] {
  const size = known(cpu, memoryLimitMiB) ? sizeProblem(cpu, memoryLimitMiB) : undefined;
  const architecture = cpuArchitecture._cpuArchitecture;
  return [
    { broken: size !== undefined, message: () => size! },
    {
      broken: !ARCHITECTURES.includes(architecture),
      message: () => `cpuArchitecture must be ARM64 or X86_64, got '${architecture}'. Use ecs.CpuArchitecture.ARM64 or ecs.CpuArchitecture.X86_64.`,
    },
    {
      broken: !(maxUploadBytes >= SMALLEST_UPLOAD_BYTES && maxUploadBytes <= LARGEST_UPLOAD_BYTES),
      message: () => `maxUploadSize must be from 1 byte to 5 GiB, the most that one upload can carry, got ${maxUploadBytes} bytes. `
        + 'Use the limit of the uploader, such as Size.mebibytes(500).',
    },
    {
      broken: !Number.isInteger(concurrency) || concurrency < 1,
      message: () => `concurrency must be a whole number of at least 1, got ${concurrency}. Use 1: ffmpeg uses every core already.`,
    },
    {
      broken: !isToken(logLevel) && !isLogLevel(logLevel),
      message: () => `logLevel must be one of ${LOG_LEVELS.join(', ')}, got '${logLevel}'. Use INFO.`,
    },
  ];
}

function storageRules({ storageGib, requiredStorageGib: requiredGib, maxUploadBytes, concurrency }: FfmpegServiceSettings): Rule[] {
  const needs = `${concurrency} job(s) of up to ${maxUploadBytes} bytes with their renditions and the image need ${requiredGib} GiB`;
  const offered = storageGib >= MIN_STORAGE_GIB && storageGib <= MAX_STORAGE_GIB;
  const possible = requiredGib <= MAX_STORAGE_GIB;
  return [
    {
      broken: possible && !offered,
      message: () => `ephemeralStorage must be ${MIN_STORAGE_GIB} to ${MAX_STORAGE_GIB} GiB, got ${storageGib}. Fargate offers no other; `
        + 'leave it out to have it computed.',
    },
    {
      broken: !possible,
      message: () => `${needs}, but Fargate offers at most ${MAX_STORAGE_GIB}. Lower maxUploadSize or concurrency, or take rungs off the ladder.`,
    },
    {
      broken: possible && offered && storageGib < requiredGib,
      message: () => `ephemeralStorage is too small: ${needs}, got ${storageGib} GiB. Raise it, leave it out, or lower maxUploadSize.`,
    },
  ];
}

function scalingRules(settings: FfmpegServiceSettings): Rule[] {
  const { minTasks, maxTasks, acceptableLatency, averageJobDuration, onDemandBase, spotPercentage } = settings;
  return [
    {
      broken: known(minTasks) && !wholeNumber(minTasks) || known(maxTasks) && !(wholeNumber(maxTasks) && maxTasks >= 1)
        || known(minTasks, maxTasks) && minTasks > maxTasks,
      message: () => `minTasks and maxTasks must be whole numbers, 0 or more and 1 or more, the first no larger; got ${shown(minTasks)} and ${shown(maxTasks)}. `
        + 'Use 0 and the most that your account and budget carry.',
    },
    {
      broken: !(seconds(acceptableLatency) >= 1),
      message: () => `acceptableLatency must be at least 1 second, got ${seconds(acceptableLatency)}. Starting a task alone takes about a minute; use minutes.`,
    },
    {
      broken: !(seconds(averageJobDuration) >= 1),
      message: () => `averageJobDuration must be at least 1 second, got ${seconds(averageJobDuration)}. Measure it with the metric JobSeconds.`,
    },
    {
      broken: known(onDemandBase) && !wholeNumber(onDemandBase),
      message: () => `onDemandBase must be a whole number of 0 or more, got ${onDemandBase}. Use 1 to keep processing through Spot shortages.`,
    },
    {
      broken: !(wholeNumber(spotPercentage) && spotPercentage <= 100),
      message: () => `spotPercentage must be a whole number from 0 to 100, got ${spotPercentage}. Use 0 for on-demand capacity alone.`,
    },
    {
      broken: known(onDemandBase) && spotPercentage === 100 && onDemandBase > 0,
      message: () => `spotPercentage 100 leaves on-demand capacity no weight, so ECS would not place the ${onDemandBase} task(s) of onDemandBase. `
        + 'Use 99, or onDemandBase 0.',
    },
  ];
}
