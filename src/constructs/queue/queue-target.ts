import { Annotations, Stack } from 'aws-cdk-lib';
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

/** A queue or a key. */
interface PolicyOwner {
  addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult;
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
      this.allow(receiver, receiver.node.path, new iam.PolicyStatement({
        principals: [eventBridge],
        actions: ['sqs:SendMessage'],
        resources: [receiver.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleRef.ruleArn } },
      }));
    }
    if (encryptionKey) {
      this.allow(encryptionKey, encryptionKey.node.path, new iam.PolicyStatement({
        sid: 'EventBridgeSendsJobs',
        principals: [eventBridge],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this.destination).account } },
      }));
    }
    return {
      arn: queue.queueArn,
      deadLetterConfig: { arn: deadLetterQueue.queueArn },
    };
  }

  /** Without the statement no job ever arrives, and nothing says so. */
  private allow(resource: PolicyOwner, name: string, statement: iam.PolicyStatement): void {
    if (resource.addToResourcePolicy(statement).statementAdded) return;
    const { destination } = this;
    Annotations.of(destination).addWarningV2(`cdk-video-platform:jobsNotDeliverable-${name}`,
      `${name} belongs to another app, so its policy was left alone, and EventBridge cannot deliver jobs. Add to it: `
      + `${JSON.stringify(Stack.of(destination).resolve(statement.toJSON()))}, then acknowledge this warning.`);
  }
}
