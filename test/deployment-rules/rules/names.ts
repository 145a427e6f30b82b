import { DeployedResource, DeployedTemplate, mentions, referencesIn, valuesAt } from '../deployed-template';
import { DeploymentRule } from '../rule';

type Scope = 'region' | 'account' | 'world';

interface NameFact {
  readonly path: string;
  /** Within what AWS allows a name once. */
  readonly scope: Scope;
}

/** Types whose name users may give; without one, CloudFormation makes a unique one. */
const NAMES: Readonly<Record<string, NameFact>> = {
  'AWS::CloudFront::Function': { path: 'Name', scope: 'account' },
  'AWS::CloudFront::ResponseHeadersPolicy': { path: 'ResponseHeadersPolicyConfig.Name', scope: 'account' },
  'AWS::CloudFront::OriginAccessControl': { path: 'OriginAccessControlConfig.Name', scope: 'account' },
  'AWS::CloudFront::CachePolicy': { path: 'CachePolicyConfig.Name', scope: 'account' },
  'AWS::CloudFront::OriginRequestPolicy': { path: 'OriginRequestPolicyConfig.Name', scope: 'account' },
  'AWS::CloudFront::KeyValueStore': { path: 'Name', scope: 'account' },
  'AWS::CloudFront::KeyGroup': { path: 'KeyGroupConfig.Name', scope: 'account' },
  'AWS::CloudFront::PublicKey': { path: 'PublicKeyConfig.Name', scope: 'account' },
  'AWS::IAM::Role': { path: 'RoleName', scope: 'account' },
  'AWS::IAM::ManagedPolicy': { path: 'ManagedPolicyName', scope: 'account' },
  'AWS::S3::Bucket': { path: 'BucketName', scope: 'world' },
  'AWS::Cognito::UserPoolDomain': { path: 'Domain', scope: 'world' },
  'AWS::Logs::LogGroup': { path: 'LogGroupName', scope: 'region' },
  'AWS::Logs::DeliverySource': { path: 'Name', scope: 'region' },
  'AWS::Logs::DeliveryDestination': { path: 'Name', scope: 'region' },
  'AWS::Logs::ResourcePolicy': { path: 'PolicyName', scope: 'region' },
  'AWS::WAFv2::WebACL': { path: 'Name', scope: 'region' },
  'AWS::ECS::Cluster': { path: 'ClusterName', scope: 'region' },
  'AWS::ECS::TaskDefinition': { path: 'Family', scope: 'region' },
  'AWS::SQS::Queue': { path: 'QueueName', scope: 'region' },
  'AWS::DynamoDB::GlobalTable': { path: 'TableName', scope: 'region' },
  'AWS::DynamoDB::Table': { path: 'TableName', scope: 'region' },
  'AWS::Lambda::Function': { path: 'FunctionName', scope: 'region' },
  'AWS::Events::Rule': { path: 'Name', scope: 'region' },
  'AWS::CloudWatch::Alarm': { path: 'AlarmName', scope: 'region' },
  'AWS::SecretsManager::Secret': { path: 'Name', scope: 'region' },
  'AWS::SSM::Parameter': { path: 'Name', scope: 'region' },
  'AWS::KMS::Alias': { path: 'AliasName', scope: 'region' },
};

/** `Names.uniqueResourceName` ends shortened names with one. */
const PATH_HASH = /-?[0-9A-F]{8}(?![0-9A-Za-z])/;

/** Types that stay in the way for days after they were deleted: a secret's name is taken for its recovery window. */
const LINGER = ['AWS::SecretsManager::Secret'];

/**
 * A name that AWS keeps once must differ between two stacks: within a region by the stack, within an account also by the region, within
 * the world by the stack's own UUID. CloudFront answers a second one with 409 (aws/aws-cdk#34336).
 */
export const namesAreUnique: DeploymentRule = {
  id: 'names-are-unique',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html',
  check: template => givenNames(template).flatMap(({ resource, name, scope }) => {
    const missing = missingIn(name, scope, template);
    return missing ? [`${resource.id} (${resource.type}) has a name that is unique per ${scope} and lacks ${missing}: ${JSON.stringify(name)}`] : [];
  }),
};

/**
 * What stays after a stack is gone, or was never complete, must not take the name that the next try wants. DeletionPolicy Retain holds
 * for the rollback of a first creation as well; RetainExceptOnCreate does not.
 */
export const nothingRetainedIsInTheWay: DeploymentRule = {
  id: 'nothing-retained-is-in-the-way',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  check: template => givenNames(template)
    .filter(({ resource: { deletionPolicy, type } }) => deletionPolicy?.startsWith('Retain') || LINGER.includes(type))
    .filter(({ name }) => !mentions(name, 'AWS::StackId') && referencesIn(name).length === 0)
    .map(({ resource, name }) => `${resource.id} (${resource.type}) outlives its stack with a name that the next one wants: ${JSON.stringify(name)}`),
};

/** Deletes itself only when told not to protect itself: CloudFormation cannot roll its first creation back. */
const PROTECTED_BY: Readonly<Record<string, (properties: Readonly<Record<string, any>>) => boolean>> = {
  'AWS::DynamoDB::GlobalTable': ({ Replicas = [] }) => Replicas.some((replica: { DeletionProtectionEnabled?: boolean }) => replica.DeletionProtectionEnabled),
  'AWS::DynamoDB::Table': ({ DeletionProtectionEnabled }) => DeletionProtectionEnabled === true,
  'AWS::Cognito::UserPool': ({ DeletionProtection }) => DeletionProtection === 'ACTIVE',
};

/** A protected resource cannot be rolled back, so that it must be retained plainly: RetainExceptOnCreate or Delete would end in ROLLBACK_FAILED. */
export const protectedIsRetained: DeploymentRule = {
  id: 'protected-is-retained',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html',
  check: template => template.resources
    .filter(({ type, properties, deletionPolicy }) => PROTECTED_BY[type]?.(properties) && deletionPolicy !== 'Retain')
    .map(({ id, type, deletionPolicy }) => `${id} (${type}) is protected against deletion with the DeletionPolicy ${deletionPolicy}: its first creation cannot be rolled back`),
};

function givenNames(template: DeployedTemplate): Array<{ resource: DeployedResource; name: unknown; scope: Scope }> {
  return template.resources.filter(({ type }) => type in NAMES).flatMap(resource => {
    const { path, scope } = NAMES[resource.type];
    return valuesAt(resource.properties, path).map(name => ({ resource, name, scope }));
  });
}

/** What a name lacks to be unique, or undefined. */
function missingIn(name: unknown, scope: Scope, { stack: { stackName, region } }: DeployedTemplate): string | undefined {
  // A resource's own id, or the hash that CDK makes of a long path, is as good as the stack's.
  if (mentions(name, 'AWS::StackId') || referencesIn(name).length > 0) return undefined;
  if (scope === 'world') return 'the id of the stack';
  const text = JSON.stringify(name);
  const ofTheStack = mentions(name, 'AWS::StackName') || PATH_HASH.test(text) || (stackName !== undefined && text.includes(stackName));
  if (!ofTheStack) return 'the name of the stack';
  if (scope === 'region') return undefined;
  return mentions(name, 'AWS::Region') || (region !== undefined && text.includes(region)) ? undefined : 'the region';
}
