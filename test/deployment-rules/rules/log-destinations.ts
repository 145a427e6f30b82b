import { RegionInfo } from 'aws-cdk-lib/region-info';
import { AWS_NAMES } from '../../../src/runtime/contract';
import { allows, covers, DeployedResource, DeployedTemplate, list, PolicyStatement, referencesIn, statementsOf, Values } from '../deployed-template';
import { DeploymentRule } from '../rule';

/** WAF refuses a destination of another name, or an ARN that ends with `:*`; the group must be there first. */
export const firewallLogsArrive: DeploymentRule = {
  id: 'firewall-logs-arrive',
  source: 'https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html',
  check: template => template.ofType('AWS::WAFv2::LoggingConfiguration').flatMap(({ id, properties }) =>
    list(properties.LogDestinationConfigs).flatMap(destination => {
      const group = template.named(destination);
      const problems = /:\*"?\]*\}*$/.test(JSON.stringify(destination)) || isArnOf(destination) ? [`${id} names its destination by an ARN that ends with :*`] : [];
      if (!group) return problems;
      const name = leadingText(group.properties.LogGroupName ?? group.properties.BucketName);
      return name?.startsWith(AWS_NAMES.wafLogPrefix.value) ? problems : [...problems, `${id} writes to ${group.id}, whose name does not begin with ${AWS_NAMES.wafLogPrefix.value}`];
    })),
};

/** CloudFormation gives a log group's ARN with `:*`. */
function isArnOf(value: unknown): boolean {
  return referencesIn(value).some(({ attribute }) => attribute === 'Arn') && (value as Values)['Fn::GetAtt'] !== undefined;
}

/** What a stage that logs without the account's role says about it, see `VideoApi`. */
const ROLE_SET_ELSEWHERE = 'cdk-video-platform:apiLogRole';

/**
 * A stage that logs is refused where the account has no role for it: "CloudWatch Logs role ARN must be set in account settings to enable
 * logging". So the template sets one first, or says that somebody else did.
 */
export const apiStagesMayLog: DeploymentRule = {
  id: 'api-stages-may-log',
  source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html',
  check: template => template.ofType('AWS::ApiGateway::Stage').flatMap(({ id, properties, metadata }) => {
    const logs = properties.AccessLogSetting !== undefined
      || (list(properties.MethodSettings) as Values[]).some(({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF');
    if (!logs || metadata[ROLE_SET_ELSEWHERE] === 'EXISTING') return [];
    const accounts = template.ofType('AWS::ApiGateway::Account').filter(account => template.waitsFor(id).has(account.id));
    return accounts.length ? [] : [`${id} logs and does not wait for an AWS::ApiGateway::Account that sets the role of the logs`];
  }),
};

/** Who writes logs to a bucket must be let in by its policy; CloudWatch Logs checks that when the destination is made. */
export const bucketsTakeLogs: DeploymentRule = {
  id: 'buckets-take-logs',
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html',
  check: template => [
    ...template.ofType('AWS::S3::Bucket').flatMap(({ id, properties }) => {
      const destination = template.named(properties.LoggingConfiguration?.DestinationBucketName);
      return destination && !letsIn(template, destination, 'logging.s3.amazonaws.com') ? [`${destination.id} does not let S3 deliver the access logs of ${id}`] : [];
    }),
    ...template.ofType('AWS::Logs::DeliveryDestination').flatMap(({ id, properties }) => {
      const bucket = template.named(properties.DestinationResourceArn);
      if (bucket?.type !== 'AWS::S3::Bucket') return [];
      const policy = policyOf(template, bucket);
      if (!letsIn(template, bucket, 'delivery.logs.amazonaws.com')) return [`${bucket.id} does not let CloudWatch Logs deliver for ${id}`];
      return policy && !template.waitsFor(id).has(policy.id) ? [`${id} does not wait for the policy of ${bucket.id}`] : [];
    }),
    ...template.ofType('AWS::Logs::Delivery').flatMap(({ id, properties }) => {
      const source = template.ofType('AWS::Logs::DeliverySource').find(each => sameText(each.properties.Name, properties.DeliverySourceName));
      return source && !template.waitsFor(id).has(source.id) ? [`${id} does not wait for its source ${source.id}`] : [];
    }),
  ],
};

/** CloudFront's own logging: v2 is set up in us-east-1 alone; the legacy one wants ACLs, and no bucket in an opt-in region. */
export const distributionLogsArrive: DeploymentRule = {
  id: 'distribution-logs-arrive',
  source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html',
  check: template => [
    ...template.ofType('AWS::CloudFront::Distribution').flatMap(({ id, properties }) => {
      const logging = properties.DistributionConfig.Logging;
      if (!logging) return [];
      const { region } = template.stack;
      const optIn = region && RegionInfo.get(region).isOptInRegion ? [`${id} logs to a bucket in ${region}, an opt-in region, which legacy logging cannot reach`] : [];
      const bucket = template.named(logging.Bucket);
      const ownership = JSON.stringify(bucket?.properties.OwnershipControls ?? 'BucketOwnerEnforced');
      return bucket && ownership.includes('BucketOwnerEnforced') ? [...optIn, `${id} logs to ${bucket.id}, which takes no ACLs`] : optIn;
    }),
    ...template.ofType('AWS::Logs::DeliverySource')
      .filter(({ properties }) => JSON.stringify(properties.ResourceArn).includes(':cloudfront:') && template.stack.region !== undefined && template.stack.region !== 'us-east-1')
      .map(({ id }) => `${id} is of CloudFront, whose log delivery is in us-east-1, and its stack is in ${template.stack.region}`),
  ],
};

/** A key refuses CloudWatch Logs unless its policy names the service: "The specified KMS Key Id could not be found". */
export const logKeysLetLogsIn: DeploymentRule = {
  id: 'log-keys-let-logs-in',
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  check: template => template.ofType('AWS::Logs::LogGroup').flatMap(({ id, properties }) => {
    const key = template.named(properties.KmsKeyId);
    if (key?.type !== 'AWS::KMS::Key') return [];
    const statements = list(key.properties.KeyPolicy.Statement as PolicyStatement[]);
    const named = statements.some(({ Principal, Action }) => /logs\./.test(JSON.stringify(Principal)) && covers(Action, 'kms:GenerateDataKey'));
    return named ? [] : [`${id} is encrypted with ${key.id}, whose policy does not let CloudWatch Logs in`];
  }),
};

/** Functions, tasks and flow logs write with their own roles; without the permission nothing is logged, and a task does not even start. */
export const writersMayWrite: DeploymentRule = {
  id: 'writers-may-write',
  source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
  check: template => [
    ...writers(template, 'AWS::Lambda::Function', ({ LoggingConfig }) => LoggingConfig?.LogGroup, ({ Role }) => Role),
    ...writers(template, 'AWS::EC2::FlowLog', ({ LogGroupName }) => LogGroupName, ({ DeliverLogsPermissionArn }) => DeliverLogsPermissionArn),
    ...writers(template, 'AWS::ECS::TaskDefinition',
      ({ ContainerDefinitions }) => (ContainerDefinitions as Values[]).map(each => each.LogConfiguration?.Options?.['awslogs-group']).find(Boolean),
      ({ ExecutionRoleArn }) => ExecutionRoleArn),
  ],
};

function writers(template: DeployedTemplate, type: string, group: (properties: Values) => unknown, roleOf: (properties: Values) => unknown): string[] {
  return template.ofType(type).flatMap(({ id, properties }) => {
    const role = template.named(roleOf(properties));
    if (group(properties) === undefined || role?.type !== 'AWS::IAM::Role') return [];
    const managed = JSON.stringify(role.properties.ManagedPolicyArns ?? '').includes('AWSLambdaBasicExecutionRole');
    return managed || allows(statementsOf(template, role), 'logs:CreateLogStream', 'logs:PutLogEvents') ? [] : [`${id} logs with ${role.id}, which may not write`];
  });
}

function policyOf(template: DeployedTemplate, bucket: DeployedResource): DeployedResource | undefined {
  return template.ofType('AWS::S3::BucketPolicy').find(({ properties }) => template.named(properties.Bucket)?.id === bucket.id);
}

function letsIn(template: DeployedTemplate, bucket: DeployedResource, service: string): boolean {
  const statements = list(policyOf(template, bucket)?.properties.PolicyDocument.Statement as PolicyStatement[] | undefined);
  // The bucket belongs to the log service where ACLs are on: S3's own group of log deliverers.
  const acl = bucket.properties.AccessControl === 'LogDeliveryWrite';
  return acl || statements.some(({ Effect, Principal, Action }) => Effect === 'Allow' && JSON.stringify(Principal).includes(service) && covers(Action, 's3:PutObject'));
}

function sameText(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** What a name begins with, as far as it is text. */
function leadingText(name: unknown): string | undefined {
  if (typeof name === 'string') return name;
  const parts = (name as Values | undefined)?.['Fn::Join']?.[1] as unknown[] | undefined;
  return typeof parts?.[0] === 'string' ? parts[0] : undefined;
}
