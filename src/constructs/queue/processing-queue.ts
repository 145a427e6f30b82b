import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { IProcessingQueue, ProcessingQueueBase } from './processing-queue-base';
import { existingQueueRules, MAX_RETENTION, receiveRules, retentionRules } from './processing-queue-rules';
import { AWS_LIMITS } from '../../runtime/contract';
import { acknowledgeFinding } from '../shared/acknowledge';
import { validateRules } from '../shared/validation';

/** Properties of {@link ProcessingQueue}. */
export interface ProcessingQueueProps {
  /**
   * How long a received job stays hidden from other workers. The worker's heartbeat renews it, so this is not the length of a job but
   * the time after which a dead worker's job is given to another.
   *
   * @default Duration.seconds(180) - three heartbeats of 60 seconds
   */
  readonly visibilityTimeout?: Duration;

  /**
   * How often a job is received before it goes to the dead-letter queue, 1 to 1000.
   *
   * @default 3
   */
  readonly maxReceiveCount?: number;

  /**
   * How long a job waits before SQS drops it, 60 seconds to 14 days. Shorter than `deadLetterRetention`, longer than
   * `maxReceiveCount` visibility timeouts.
   *
   * @default Duration.days(4)
   */
  readonly retention?: Duration;

  /**
   * How long the dead-letter queue keeps a job, up to 14 days. A dead letter's age counts from when it was first sent to the job queue.
   *
   * @default Duration.days(14)
   */
  readonly deadLetterRetention?: Duration;

  /**
   * A customer managed key for both queues. Its policy is extended so that EventBridge may send.
   *
   * @default - keys that SQS manages (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What happens to the queues when they leave the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Existing queues to use for processing jobs. */
export interface ProcessingQueueAttributes {
  /**
   * Where jobs wait: a standard queue. The policy of a queue of another app must let `events.amazonaws.com` send to it; the
   * synthesis warns with the statement to add.
   */
  readonly queue: sqs.IQueue;

  /** Where its redrive policy sends jobs that were received too often. */
  readonly deadLetterQueue: sqs.IQueue;

  /** The queue's visibility timeout. */
  readonly visibilityTimeout: Duration;

  /** The `maxReceiveCount` of the queue's redrive policy. */
  readonly maxReceiveCount: number;

  /**
   * The customer managed key of both queues; its policy must leave access to IAM.
   *
   * @default - the queue's `encryptionMasterKey`, if it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/** The longest poll that SQS offers: fewest empty answers. */
const LONG_POLL = Duration.seconds(AWS_LIMITS.receiveWaitSeconds.value);

/**
 * The job queue and its dead-letter queue: encrypted, TLS only, long polling.
 *
 * A job that fails `maxReceiveCount` times, and an event that EventBridge could not deliver, end in the dead-letter queue, whose
 * letters have the same shape as jobs and can be redriven as they are.
 */
export class ProcessingQueue extends ProcessingQueueBase {
  /**
   * Uses existing queues.
   *
   * @throws when they are FIFO queues or one and the same, or contradict what is known of the redrive policy
   */
  public static fromQueues(scope: Construct, id: string, attrs: ProcessingQueueAttributes): IProcessingQueue {
    class Import extends ProcessingQueueBase {
      public readonly queue = attrs.queue;
      public readonly deadLetterQueue = attrs.deadLetterQueue;
      public readonly visibilityTimeout = attrs.visibilityTimeout;
      public readonly maxReceiveCount = attrs.maxReceiveCount;
      public readonly encryptionKey = attrs.encryptionKey ?? attrs.queue.encryptionMasterKey;
    }
    const imported = new Import(scope, id);
    validateRules(imported, [
      ...receiveRules(attrs.visibilityTimeout, attrs.maxReceiveCount),
      ...existingQueueRules(attrs.queue, attrs.deadLetterQueue, attrs.maxReceiveCount),
    ]);
    return imported;
  }

  public readonly queue: sqs.IQueue;
  public readonly deadLetterQueue: sqs.IQueue;
  public readonly visibilityTimeout: Duration;
  public readonly maxReceiveCount: number;
  public readonly encryptionKey?: kms.IKey;

  /** @throws when times or counts are outside what SQS allows. */
  constructor(scope: Construct, id: string, props: ProcessingQueueProps = {}) {
    super(scope, id);
    const retentionPeriod = props.retention ?? Duration.days(4);
    const deadLetterRetention = props.deadLetterRetention ?? MAX_RETENTION;
    this.visibilityTimeout = props.visibilityTimeout ?? Duration.seconds(180);
    this.maxReceiveCount = props.maxReceiveCount ?? 3;
    this.encryptionKey = props.encryptionKey;
    validateRules(this, [
      ...receiveRules(this.visibilityTimeout, this.maxReceiveCount),
      ...retentionRules({ retention: retentionPeriod, deadLetterRetention }, this.visibilityTimeout, this.maxReceiveCount),
    ]);

    const common: sqs.QueueProps = {
      encryption: props.encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
    };
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', { ...common, retentionPeriod: deadLetterRetention });
    acknowledgeFinding(this.deadLetterQueue, ['Serverless-SQSRedrivePolicy'], 'It is the end of the line itself: operators redrive from it.');
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      retentionPeriod,
      visibilityTimeout: this.visibilityTimeout,
      receiveMessageWaitTime: LONG_POLL,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: this.maxReceiveCount },
    });
  }
}
