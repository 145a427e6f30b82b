import { AWS_LIMITS } from '../../../src/runtime/contract';
import { DeployedResource, DeployedTemplate, list, policiesOf, Values, valuesAt } from '../deployed-template';
import { DeploymentRule } from '../rule';

type LimitName = keyof typeof AWS_LIMITS;

/** What of a value is measured. */
const MEASURES = {
  characters: (value: unknown) => longestText(value),
  /** As JSON, which is how policies are sent; IAM does not count white space, and there is none here. */
  json: (value: unknown) => longestText(value),
  number: (value: unknown) => Number(value),
  count: (value: unknown) => list(value as unknown[]).length,
} as const;

interface Measured {
  readonly path: string;
  readonly limit: LimitName;
  readonly measure: keyof typeof MEASURES;
}

const most = (measure: Measured['measure']) => (path: string, limit: LimitName): Measured => ({ path, limit, measure });
const characters = most('characters');
const json = most('json');
const number = most('number');
const count = most('count');

/** What of which type has which limit. Limits that begin with `min` are the least. */
const MEASURED: Readonly<Record<string, readonly Measured[]>> = {
  'AWS::IAM::Role': [
    characters('Description', 'roleDescription'), json('AssumeRolePolicyDocument', 'trustPolicyCharacters'), json('Policies', 'inlinePoliciesPerRoleCharacters'),
  ],
  'AWS::IAM::ManagedPolicy': [characters('Description', 'managedPolicyDescription'), json('PolicyDocument', 'managedPolicyCharacters')],
  'AWS::S3::BucketPolicy': [json('PolicyDocument', 'bucketPolicyBytes')],
  'AWS::SQS::QueuePolicy': [json('PolicyDocument', 'queuePolicyBytes')],
  'AWS::KMS::Key': [json('KeyPolicy', 'keyPolicyBytes'), characters('Description', 'keyDescription')],
  'AWS::EC2::VPCEndpoint': [json('PolicyDocument', 'endpointPolicyCharacters')],
  'AWS::CloudFront::Function': [characters('Name', 'edgeFunctionName'), characters('FunctionCode', 'edgeFunctionBytes'), characters('FunctionConfig.Comment', 'distributionComment')],
  'AWS::CloudFront::KeyValueStore': [characters('Name', 'keyValueStoreName')],
  'AWS::CloudFront::OriginAccessControl': [characters('OriginAccessControlConfig.Name', 'originAccessControlName')],
  'AWS::CloudFront::ResponseHeadersPolicy': [characters('ResponseHeadersPolicyConfig.Name', 'responseHeadersPolicyName')],
  'AWS::CloudFront::Distribution': [
    characters('DistributionConfig.Comment', 'distributionComment'), count('DistributionConfig.CacheBehaviors', 'behaviorsPerDistribution'),
  ],
  'AWS::WAFv2::WebACL': [
    characters('Description', 'webAclDescription'),
    number('Rules[].Statement.RateBasedStatement.Limit', 'minRequestsPerIp'), number('Rules[].Statement.RateBasedStatement.Limit', 'requestsPerIp'),
  ],
  'AWS::Logs::DeliverySource': [characters('Name', 'deliveryName')],
  'AWS::Logs::DeliveryDestination': [characters('Name', 'deliveryName')],
  'AWS::Logs::LogGroup': [characters('LogGroupName', 'logGroupName')],
  'AWS::CloudWatch::Alarm': [characters('AlarmName', 'alarmName'), characters('AlarmDescription', 'alarmDescription'), characters('Namespace', 'metricNamespace')],
  'AWS::Lambda::Function': [
    characters('Description', 'functionDescription'), number('Timeout', 'functionSeconds'), number('MemorySize', 'functionMegabytes'),
    json('Environment.Variables', 'functionEnvironmentBytes'),
  ],
  'AWS::SQS::Queue': [
    number('MessageRetentionPeriod', 'minRetentionSeconds'), number('MessageRetentionPeriod', 'retentionSeconds'), number('VisibilityTimeout', 'visibilitySeconds'),
    number('ReceiveMessageWaitTimeSeconds', 'receiveWaitSeconds'), number('RedrivePolicy.maxReceiveCount', 'receiveCount'),
  ],
  'AWS::ECS::TaskDefinition': [
    number('EphemeralStorage.SizeInGiB', 'minStorageGib'), number('EphemeralStorage.SizeInGiB', 'storageGib'), number('ContainerDefinitions[].StopTimeout', 'stopSeconds'),
    number('ContainerDefinitions[].HealthCheck.Interval', 'minHealthCheckSeconds'), number('ContainerDefinitions[].HealthCheck.Interval', 'healthCheckSeconds'),
    number('ContainerDefinitions[].HealthCheck.StartPeriod', 'healthCheckSeconds'), number('ContainerDefinitions[].HealthCheck.Retries', 'healthCheckRetries'),
  ],
  'AWS::ECS::Service': [
    count('NetworkConfiguration.AwsvpcConfiguration.SecurityGroups', 'securityGroupsPerTask'), count('NetworkConfiguration.AwsvpcConfiguration.Subnets', 'subnetsPerTask'),
  ],
  'AWS::Events::Rule': [count('Targets', 'targetsPerRule'), json('EventPattern', 'eventPatternCharacters')],
  'AWS::Cognito::UserPoolDomain': [characters('Domain', 'domainPrefix')],
  'AWS::Cognito::UserPoolClient': [count('CallbackURLs', 'callbackUrls'), count('LogoutURLs', 'callbackUrls')],
  'AWS::EC2::SecurityGroup': [
    characters('GroupDescription', 'securityGroupDescription'), count('SecurityGroupEgress', 'rulesPerSecurityGroup'), count('SecurityGroupIngress', 'rulesPerSecurityGroup'),
    characters('SecurityGroupEgress[].Description', 'securityGroupDescription'), characters('SecurityGroupIngress[].Description', 'securityGroupDescription'),
  ],
  'AWS::SecretsManager::Secret': [characters('Description', 'secretDescription')],
};

/** Lengths, sizes and numbers are within what the services accept, also when what only the deployment knows is as long as it can be. */
export const limitsHold: DeploymentRule = {
  id: 'limits-hold',
  source: 'https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html',
  check: template => template.resources.flatMap(resource => [
    ...list(MEASURED[resource.type]).flatMap(measured => exceeded(resource, measured)),
    ...OTHERS[resource.type]?.(resource, template) ?? [],
  ]),
};

const OTHERS: Readonly<Record<string, (resource: DeployedResource, template: DeployedTemplate) => string[]>> = {
  'AWS::IAM::Role': ({ id, properties }, template) => {
    const attached = policiesOf(template, id).filter(({ type }) => type === 'AWS::IAM::ManagedPolicy').length + list(properties.ManagedPolicyArns).length;
    const inline = policiesOf(template, id).filter(({ type }) => type !== 'AWS::IAM::ManagedPolicy').map(policy => policy.properties.PolicyDocument);
    return [
      ...over(`${id} has managed policies`, attached, 'managedPoliciesPerRole'),
      ...over(`${id} has characters of inline policies`, longestText(inline), 'inlinePoliciesPerRoleCharacters'),
    ];
  },
  'AWS::SQS::QueuePolicy': ({ id, properties }) => (properties.PolicyDocument.Statement as Values[])
    .flatMap(({ Action }) => over(`${id} has actions in a statement`, list(Action).length, 'queuePolicyActionsPerStatement')),
  'AWS::EC2::SecurityGroup': ({ id, properties }) => [properties.GroupDescription, ...valuesAt(properties, 'SecurityGroupEgress[].Description')]
    .filter(text => typeof text === 'string' && !/^[\w .:/()#,@[\]+=&;{}!$*-]*$/.test(text))
    .map(text => `${id} has a description with characters that EC2 refuses: ${String(text)}`),
  'AWS::WAFv2::WebACL': ({ id, properties }) => /^[\w+=:#@/\-,. ]*$/.test(String(properties.Description ?? ''))
    ? [] : [`${id} has a description with characters that WAF refuses: ${String(properties.Description)}`],
};

/** Quotas of the whole template. */
export const templateFits: DeploymentRule = {
  id: 'template-fits',
  source: AWS_LIMITS.resourcesPerTemplate.source,
  check: ({ json: template }) => [
    ...over('the template has resources', Object.keys(template.Resources ?? {}).length, 'resourcesPerTemplate'),
    ...over('the template has outputs', Object.keys(template.Outputs ?? {}).length, 'outputsPerTemplate'),
    ...over('the template has parameters', Object.keys(template.Parameters ?? {}).length, 'parametersPerTemplate'),
    ...over('the template has bytes', JSON.stringify(template).length, 'templateBytes'),
    ...over('its description has bytes', template.Description?.length ?? 0, 'templateDescriptionBytes'),
    ...over('an API has resources', Object.values(template.Resources ?? {}).filter(({ Type }) => Type === 'AWS::ApiGateway::Resource').length, 'resourcesPerApi'),
  ],
};

function exceeded({ id, properties }: DeployedResource, { path, limit, measure }: Measured): string[] {
  const values = measure === 'json' || measure === 'count' ? [valuesAt(properties, path)].filter(found => found.length > 0).map(([first]) => first) : valuesAt(properties, path);
  return values.filter(value => measure !== 'number' || !Number.isNaN(Number(value)))
    .flatMap(value => over(`${id} has ${path}`, MEASURES[measure](value), limit));
}

function over(what: string, measured: number, limit: LimitName): string[] {
  const { value, source } = AWS_LIMITS[limit];
  if (limit.startsWith('min') ? measured >= value : measured <= value) return [];
  return [`${what}: ${measured}, and AWS takes ${limit.startsWith('min') ? 'at least' : 'at most'} ${value} (${limit}, ${source})`];
}

/** As long as they can be, or are in practice: regions and partitions of today, ARNs of what we make. */
const LENGTHS: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12, 'AWS::Region': 14, 'AWS::Partition': 10, 'AWS::URLSuffix': 16, 'AWS::StackName': 128, 'AWS::StackId': 220, 'AWS::NoValue': 0,
};
const OF_A_RESOURCE = 120;
const STACK_UUID = 36;

/** Characters of a value as JSON at deployment, at most. */
function longestText(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + longestText(each) + (typeof each === 'string' ? 3 : 1), 2);
  const node = value as Values;
  const [key] = Object.keys(node);
  if (key === 'Ref') return LENGTHS[node.Ref as string] ?? OF_A_RESOURCE;
  if (key === 'Fn::Join') return (node[key][1] as unknown[]).reduce<number>((sum, each) => sum + longestText(each) + (node[key][0] as string).length, 0);
  if (key === 'Fn::Select' && JSON.stringify(node).includes('AWS::StackId')) return STACK_UUID;
  if (key?.startsWith('Fn::')) return OF_A_RESOURCE;
  return Object.entries(node).reduce((sum, [name, each]) => sum + name.length + longestText(each) + (typeof each === 'string' ? 6 : 4), 2);
}
