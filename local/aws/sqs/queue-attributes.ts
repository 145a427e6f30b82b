import { ServiceError } from '../http-json';
import { Queue } from './queue';

/** The attributes of a queue that were asked for, all of them as text. */
export function queueAttributes(queue: Queue, names: readonly string[]): Record<string, string> {
  const { definition } = queue;
  const counts = queue.counts();
  const created = String(Math.floor(queue.openedAt.getTime() / 1000));
  const all: Record<string, string | undefined> = {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(definition.visibilityTimeout),
    MaximumMessageSize: String(definition.maximumMessageSize),
    MessageRetentionPeriod: String(definition.retention),
    DelaySeconds: String(definition.delay),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitTime),
    RedrivePolicy: definition.redrivePolicy && JSON.stringify(definition.redrivePolicy),
    KmsMasterKeyId: definition.kmsKeyArn,
    SqsManagedSseEnabled: String(definition.kmsKeyArn === undefined),
  };
  const unknown = names.find(name => name !== 'All' && !Object.hasOwn(all, name));
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(all).filter(([name, value]) => value !== undefined && (names.includes('All') || names.includes(name)));
  return Object.fromEntries(wanted) as Record<string, string>;
}
