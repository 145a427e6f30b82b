import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { synth } from './ffmpeg-service';
import { PolicyStatement } from '../../local/aws/iam';
import { ProcessingQueue } from '../../src/constructs/queue/processing-queue';
import { VideoBucket } from '../../src/constructs/storage/video-bucket';
import { VideoCatalog } from '../../src/constructs/storage/video-catalog';

export interface WorkerResources {
  readonly bucketArn: string;
  readonly tableArn: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
}

interface Policy {
  readonly Properties: {
    readonly Roles?: ReadonlyArray<{ readonly Ref: string }>;
    readonly PolicyDocument: { readonly Statement: PolicyStatement[] };
  };
}

/** What the synthesized role of the worker may do to these resources: the statements of the template, not a copy of them. */
export function workerStatements({ bucketArn, tableArn, queueArn, deadLetterQueueArn }: WorkerResources): readonly PolicyStatement[] {
  const { template } = synth(stack => ({
    bucket: VideoBucket.fromBucket(stack, 'GivenBucket', { bucket: s3.Bucket.fromBucketArn(stack, 'Sources', bucketArn) }),
    catalog: VideoCatalog.fromTable(stack, 'GivenCatalog', { table: dynamodb.TableV2.fromTableArn(stack, 'Table', tableArn) }),
    queue: ProcessingQueue.fromQueues(stack, 'GivenQueue', {
      queue: sqs.Queue.fromQueueArn(stack, 'Queue', queueArn),
      deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'DeadLetters', deadLetterQueueArn),
      visibilityTimeout: Duration.minutes(3),
      maxReceiveCount: 3,
    }),
  }));
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const role = (task.Properties.TaskRoleArn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type => Object.values(template.findResources(type)) as Policy[]);
  return policies
    .filter(({ Properties: { Roles = [] } }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map(statement => ({ ...statement, Resource: literal(statement.Resource) }));
}

/** The cluster is the service's own, and its ARN is known to the deployment alone. */
function literal(resource: unknown): string | string[] {
  if (Array.isArray(resource)) return resource.map(each => literal(each) as string);
  return typeof resource === 'string' ? resource : '*';
}
