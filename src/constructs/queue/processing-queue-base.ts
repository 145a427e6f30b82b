import { Duration, Resource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';
import { QueueTarget } from './queue-target';
import { grantExactly, grantKeyThrough } from '../shared/exact-grant';

/** The queue that processing jobs wait in, and the one they end in when processing keeps failing. */
export interface IProcessingQueue extends IConstruct {
  /** Where jobs wait. */
  readonly queue: sqs.IQueue;

  /** Where jobs end that were received too often. */
  readonly deadLetterQueue: sqs.IQueue;

  /** How long a received job stays hidden without a heartbeat. */
  readonly visibilityTimeout: Duration;

  /** How often a job is received before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;

  /** The key that messages are encrypted with, unless SQS's own keys are used. */
  readonly encryptionKey?: kms.IKey;

  /**
   * Lets a worker take jobs: `ReceiveMessage`, `DeleteMessage`, `ChangeMessageVisibility`.
   *
   * Goes with the variables `JOB_QUEUE_URL`, `VISIBILITY_TIMEOUT_SECONDS` and `MAX_RECEIVE_COUNT`.
   */
  grantConsume(grantee: iam.IGrantable): iam.Grant;

  /** Lets somebody see how many jobs wait and are in flight: `GetQueueAttributes`. Goes with the variable `JOB_QUEUE_URL`. */
  grantCount(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets an operator send dead letters back to the queue: `StartMessageMoveTask`, `CancelMessageMoveTask`,
   * `ListMessageMoveTasks`, `ReceiveMessage`, `DeleteMessage`, `GetQueueAttributes` on the dead-letter queue, `SendMessage` on the queue.
   *
   * Name the queue as destination: letters of EventBridge carry no source queue.
   */
  grantRedrive(grantee: iam.IGrantable): iam.Grant;

  /** The queue as target of an EventBridge rule in the same account. What cannot be delivered goes to the dead-letter queue. */
  ruleTarget(): events.IRuleTarget;

  /** Jobs waiting. Maximum over 1 minute by default. */
  metricBacklog(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Jobs in the hands of workers. Maximum over 1 minute by default. */
  metricInFlight(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Age of the oldest job, seconds. Maximum over 1 minute by default. */
  metricOldestJobAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Jobs in the dead-letter queue. Maximum over 1 minute by default. */
  metricDeadLetters(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** What own and imported processing queues share. */
export abstract class ProcessingQueueBase extends Resource implements IProcessingQueue {
  public abstract readonly queue: sqs.IQueue;
  public abstract readonly deadLetterQueue: sqs.IQueue;
  public abstract readonly visibilityTimeout: Duration;
  public abstract readonly maxReceiveCount: number;
  public abstract readonly encryptionKey?: kms.IKey;

  public grantConsume(grantee: iam.IGrantable): iam.Grant {
    const grant = grantExactly(grantee, {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      resourceArns: [this.queue.queueArn],
    });
    return this.withKey(grant, grantee, ['kms:Decrypt']);
  }

  public grantCount(grantee: iam.IGrantable): iam.Grant {
    return grantExactly(grantee, { actions: ['sqs:GetQueueAttributes'], resourceArns: [this.queue.queueArn] });
  }

  public grantRedrive(grantee: iam.IGrantable): iam.Grant {
    // The actions that the SQS developer guide lists for a redrive, "Configuring queue permissions for dead-letter queue redrive".
    const grant = grantExactly(grantee, {
      actions: [
        'sqs:StartMessageMoveTask', 'sqs:CancelMessageMoveTask', 'sqs:ListMessageMoveTasks',
        'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes',
      ],
      resourceArns: [this.deadLetterQueue.queueArn],
    }).combine(grantExactly(grantee, { actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] }));
    return this.withKey(grant, grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  public ruleTarget(): events.IRuleTarget {
    return new QueueTarget(this);
  }

  public metricBacklog(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible({ ...EVERY_MINUTE, ...options });
  }

  public metricInFlight(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesNotVisible({ ...EVERY_MINUTE, ...options });
  }

  public metricOldestJobAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({ ...EVERY_MINUTE, ...options });
  }

  public metricDeadLetters(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...EVERY_MINUTE, ...options });
  }

  private withKey(grant: iam.Grant, grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return this.encryptionKey ? grant.combine(grantKeyThrough('sqs', this.encryptionKey, grantee, actions)) : grant;
  }
}

/** SQS publishes its metrics every minute. */
const EVERY_MINUTE: cloudwatch.MetricOptions = { period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM };
