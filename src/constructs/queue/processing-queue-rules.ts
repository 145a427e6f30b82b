import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AWS_LIMITS, LONGEST_RECEIVE_SECONDS } from '../../runtime/contract';
import { known, Rule } from '../shared/validation';

const MIN_RETENTION = Duration.seconds(AWS_LIMITS.minRetentionSeconds.value);
export const MAX_RETENTION = Duration.seconds(AWS_LIMITS.retentionSeconds.value);
const MAX_RECEIVE_COUNT = AWS_LIMITS.receiveCount.value;

const seconds = (duration: Duration) => duration.toSeconds({ integral: false });

/** What holds for every queue that workers take jobs from, new or existing. */
export function receiveRules(visibilityTimeout: Duration, maxReceiveCount: number): Rule[] {
  return [
    {
      broken: known(visibilityTimeout) && !wholeWithin(seconds(visibilityTimeout), 1, LONGEST_RECEIVE_SECONDS),
      message: () => `visibilityTimeout must be 1 second to 12 hours in whole seconds, got ${seconds(visibilityTimeout)} seconds. `
        + 'Long jobs need no long timeout: the heartbeat renews it; use 3 minutes.',
    },
    {
      broken: known(maxReceiveCount) && !wholeWithin(maxReceiveCount, 1, MAX_RECEIVE_COUNT),
      message: () => `maxReceiveCount must be a whole number from 1 to ${MAX_RECEIVE_COUNT}, got ${maxReceiveCount}. `
        + 'Use 3: a fault that passes is tried again, one that stays is put aside.',
    },
  ];
}

export interface Retentions {
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
}

export function retentionRules(retentions: Retentions, visibilityTimeout: Duration, maxReceiveCount: number): Rule[] {
  const { retention, deadLetterRetention } = retentions;
  return [
    ...Object.entries(retentions).map(([name, value]: [string, Duration]) => ({
      broken: known(value) && !wholeWithin(seconds(value), MIN_RETENTION.toSeconds(), MAX_RETENTION.toSeconds()),
      message: () => `${name} must be 60 seconds to 14 days, got ${seconds(value)} seconds. SQS keeps messages no longer; use days.`,
    })),
    {
      broken: known(retention, deadLetterRetention) && seconds(deadLetterRetention) <= seconds(retention),
      message: () => `deadLetterRetention must be longer than retention, got ${seconds(deadLetterRetention)} and `
        + `${seconds(retention)} seconds. A dead letter keeps the age it had, so it would vanish before anyone sees it; use 14 days.`,
    },
    {
      broken: known(retention, visibilityTimeout, maxReceiveCount) && seconds(retention) <= maxReceiveCount * seconds(visibilityTimeout),
      message: () => `retention must be longer than maxReceiveCount × visibilityTimeout, got ${seconds(retention)} seconds and `
        + `${maxReceiveCount} × ${seconds(visibilityTimeout)}. SQS would drop a job before it can reach the dead-letter queue; use days.`,
    },
  ];
}

/** What existing queues must be to each other. Only what is known of them is judged. */
export function existingQueueRules(queue: sqs.IQueue, deadLetterQueue: sqs.IQueue, maxReceiveCount: number): Rule[] {
  const redrive = queue instanceof sqs.Queue ? queue.deadLetterQueue : undefined;
  return [
    {
      broken: queue === deadLetterQueue || known(queue.queueArn, deadLetterQueue.queueArn) && queue.queueArn === deadLetterQueue.queueArn,
      message: () => `queue and deadLetterQueue must be two queues, got ${queue.node.path} twice. A job that keeps failing would never come to rest; `
        + 'create a second queue.',
    },
    ...Object.entries({ queue, deadLetterQueue }).map(([name, { fifo, node }]) => ({
      broken: fifo === true,
      message: () => `${name} must be a standard queue, got the FIFO queue ${node.path}. Events of S3 carry no message group, so none would `
        + 'arrive; the worker sorts and deduplicates by itself.',
    })),
    {
      broken: queue instanceof sqs.Queue && redrive === undefined,
      message: () => `queue must have a redrive policy, got ${queue.node.path} without one. A poisoned job would come back until it expires; `
        + `give it deadLetterQueue: { queue, maxReceiveCount: ${maxReceiveCount} }.`,
    },
    {
      broken: redrive !== undefined && redrive.queue.queueArn !== deadLetterQueue.queueArn,
      message: () => `deadLetterQueue must be the one that the queue's redrive policy names, got ${deadLetterQueue.node.path}, not `
        + `${redrive!.queue.node.path}. Alarms and redrives would look at a queue that stays empty; pass that one.`,
    },
    {
      broken: redrive !== undefined && known(maxReceiveCount, redrive.maxReceiveCount) && redrive.maxReceiveCount !== maxReceiveCount,
      message: () => `maxReceiveCount must be that of the queue's redrive policy, got ${maxReceiveCount}, not ${redrive!.maxReceiveCount}. `
        + 'The worker marks a video FAILED on the last receive, and would miss it; pass the same number.',
    },
  ];
}

function wholeWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
