import type { QueueDefinition } from '../../aws/sqs';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

interface TemplateRedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number | string;
}

export function readQueues(environment: TemplateEnvironment): QueueDefinition[] {
  return environment.ofType('AWS::SQS::Queue').map(readQueue);
}

function readQueue(resource: Resource): QueueDefinition {
  const redrive = resource.get('RedrivePolicy') as TemplateRedrivePolicy | undefined;
  return {
    name: resource.attribute('QueueName'),
    arn: resource.arn,
    ...defined({
      visibilityTimeout: resource.number('VisibilityTimeout'),
      receiveWaitTime: resource.number('ReceiveMessageWaitTimeSeconds'),
      retention: resource.number('MessageRetentionPeriod'),
      delay: resource.number('DelaySeconds'),
      maximumMessageSize: resource.number('MaximumMessageSize'),
      kmsKeyArn: keyArn(resource),
    }),
    redrivePolicy: redrive && { deadLetterTargetArn: redrive.deadLetterTargetArn, maxReceiveCount: Number(redrive.maxReceiveCount) },
  };
}

/** The key of Amazon's own (`alias/aws/sqs`) has no policy of ours to enforce. */
function keyArn(resource: Resource): string | undefined {
  const key = resource.text('KmsMasterKeyId');
  return key?.startsWith('arn:') ? key : undefined;
}

/** Absent settings are left out, so that the queue's own defaults hold. */
function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
