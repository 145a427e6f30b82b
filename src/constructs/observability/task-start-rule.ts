import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledgeFinding } from '../shared/acknowledge';

export interface TaskStartRuleProps {
  readonly service: ecs.IBaseService;
  readonly topic: sns.ITopic;
  readonly runbookUrl: string;
}

/**
 * Says so when a task of the service could not start. With no task wanted a deployment succeeds whatever its image is; then this is the first
 * word of it. ECS publishes no metric of it, but an event (ECS developer guide, "Task state change events"; `stopCode` of API_Task).
 */
export class TaskStartRule extends Construct {
  constructor(scope: Construct, id: string, { service, topic, runbookUrl }: TaskStartRuleProps) {
    super(scope, id);
    const reason = events.EventField.fromPath('$.detail.stoppedReason');
    const task = events.EventField.fromPath('$.detail.taskArn');
    const rule = new events.Rule(this, 'Rule', {
      description: 'Tasks of the workers that could not start',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          clusterArn: [service.cluster.clusterArn],
          group: [`service:${service.serviceName}`],
          lastStatus: ['STOPPED'],
          stopCode: ['TaskFailedToStart'],
        },
      },
      targets: [new targets.SnsTopic(topic, {
        message: events.RuleTargetInput.fromText(`A worker could not start: ${reason}\nTask: ${task}\nRunbook: ${runbookUrl}#workers-that-do-not-start`),
      })],
    });
    acknowledgeFinding(rule, ['Serverless-EventBusDLQ'], 'Who could not be told by the topic reads no queue either; ECS repeats the event with each try.');
  }
}
