import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FfmpegFargateServiceProps } from './ffmpeg-fargate-service-props';
import { FfmpegServiceSettings } from './ffmpeg-service-settings';
import { ladderCost } from '../../runtime/contract';
import { known } from '../shared/validation';

/** Hours of encoding per hour of video; a slower ladder is most likely a mistake. */
const SLOWEST = 6;

/** Warns of settings that work, but most likely not as intended. Each warning has an id to acknowledge it by. */
export function warnOfDoubtfulSettings(scope: Construct, settings: FfmpegServiceSettings, props: FfmpegFargateServiceProps): void {
  const { queue } = props;
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-video-platform:${id}`, message);
  warnOfTaskSize(settings, warn);
  warnOfDeployments(settings, props, warn);
  if (known(queue.maxReceiveCount) && queue.maxReceiveCount < 2) {
    warn('jobsAreNeverRetried', `The queue's maxReceiveCount is ${queue.maxReceiveCount}: every deployment, Spot interruption and passing fault `
      + 'sends jobs to the dead-letter queue. Use 3.');
  }
}

type Warn = (id: string, message: string) => void;

/** The default of `maxJobDuration` is a limit for jobs that hang; who sets it expects jobs so long. */
function warnOfDeployments({ deploymentWait, averageJobDuration }: FfmpegServiceSettings, { maxJobDuration }: FfmpegFargateServiceProps, warn: Warn): void {
  const longest = maxJobDuration ?? averageJobDuration;
  if (!known(deploymentWait, longest) || longest.toSeconds({ integral: false }) <= deploymentWait.toSeconds({ integral: false })) return;
  warn('jobsOutlastDeployments', `A deployment waits ${deploymentWait.toHumanString()} for a job (deploymentWait), which may take `
    + `${longest.toHumanString()} here: one that takes longer is handed back, begins again on a new worker, and has one receive less left. `
    + 'Raise deploymentWait, up to 2 hours, deploy while the queue is empty, or acknowledge that such jobs begin again.');
}

function warnOfTaskSize({ cpu, memoryLimitMiB, concurrency, ladder }: FfmpegServiceSettings, warn: Warn): void {
  if (!known(cpu, memoryLimitMiB)) return;
  const { secondsPerSourceSecond, memoryMib } = ladderCost(ladder._render(), cpu, concurrency);
  const jobs = `${concurrency} job(s) with the ladder '${ladder.name}'`;
  if (secondsPerSourceSecond > SLOWEST) {
    warn('ladderNeedsMoreCpu', `cpu ${cpu} is little: for ${jobs} an hour of video takes about ${Math.round(secondsPerSourceSecond)} hours. `
      + 'Raise cpu, lower concurrency, or use a faster codec or effort.');
  }
  if (memoryMib > memoryLimitMiB) {
    warn('ladderNeedsMoreMemory', `memoryLimitMiB ${memoryLimitMiB} is little: ${jobs} take about ${memoryMib} MiB, and a task that runs out of memory `
      + 'is killed. Raise memoryLimitMiB, lower concurrency, or take the largest rung off the ladder.');
  }
}
