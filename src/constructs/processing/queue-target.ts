import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';

/** What the target needs to know of a processing queue. */
interface Destination extends IConstruct {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue;
  readonly encryptionKey?: kms.IKey;
}

/**
 * A queue that an EventBridge rule delivers to.
 *
 * Instead of CDK's own target, because that lets EventBridge use the queue's key on behalf of any account. Here the queues accept
 * this rule alone, and the key is usable for rules of this account. (Naming the rule in the key's policy as well would
 * tie rule, queue and key in a circle.)
 */
export class QueueTarget implements events.IRuleTarget {
  constructor(private readonly destination: Destination) {}

  public bind(rule: events.IRuleRef): events.RuleTargetConfig {
    const { queue, deadLetterQueue, encryptionKey } = this.destination;
    const eventBridge = new iam.ServicePrincipal('events.amazonaws.com');
    for (const receiver of [queue, deadLetterQueue]) {
      receiver.addToResourcePolicy(new iam.PolicyStatement({
        principals: [eventBridge],
        actions: ['sqs:SendMessage'],
        resources: [receiver.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleRef.ruleArn } },
      }));
    }
    encryptionKey?.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'EventBridgeSendsJobs',
      principals: [eventBridge],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this.destination).account } },
    }));
    return {
      arn: queue.queueArn,
      deadLetterConfig: { arn: deadLetterQueue.queueArn },
    };
  }
}
