import { unqualifiedArn } from './functions';
import type { NamedPolicy, PolicyDocument, PolicyStatement, PrincipalPolicies, ResourcePolicy } from '../../aws/iam';
import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

/** A role with everything attached to it: inline, `AWS::IAM::Policy`, `AWS::IAM::RolePolicy` and managed policies of the template. */
export function readPrincipal(environment: TemplateEnvironment, roleArn: string): PrincipalPolicies {
  const role = environment.findByReference('AWS::IAM::Role', roleArn);
  if (!role) throw new TemplateError(`The template holds no role ${roleArn}; a process can only run as a role that the template defines`);
  return {
    arn: role.arn,
    policies: [...inlinePolicies(role), ...attachedPolicies(environment, role), ...managedPolicies(environment, role)],
  };
}

/** Policies of buckets, queues, keys and functions. */
export function readResourcePolicies(environment: TemplateEnvironment): ResourcePolicy[] {
  return [
    ...environment.ofType('AWS::S3::BucketPolicy').map(resource => ({
      resourceArn: `arn:aws:s3:::${resource.requiredText('Bucket')}`,
      document: documentOf(resource, 'PolicyDocument'),
    })),
    ...environment.ofType('AWS::SQS::QueuePolicy').flatMap(resource => resource.list<string>('Queues').map(url => ({
      resourceArn: queueArn(environment, url),
      document: documentOf(resource, 'PolicyDocument'),
    }))),
    ...environment.ofType('AWS::KMS::Key').map(resource => ({ resourceArn: resource.arn, document: documentOf(resource, 'KeyPolicy') })),
    ...environment.ofType('AWS::Lambda::Permission').map(resource => readPermission(environment, resource)),
  ];
}

function inlinePolicies(role: Resource): NamedPolicy[] {
  return role.list<{ PolicyName: string; PolicyDocument: PolicyDocument }>('Policies')
    .map(({ PolicyName, PolicyDocument: document }) => ({ name: PolicyName, document }));
}

function attachedPolicies(environment: TemplateEnvironment, role: Resource): NamedPolicy[] {
  const attached = environment.ofType('AWS::IAM::Policy').filter(policy => policy.list<string>('Roles').includes(role.reference));
  const single = environment.ofType('AWS::IAM::RolePolicy').filter(policy => policy.text('RoleName') === role.reference);
  return [...attached, ...single].map(policy => ({ name: policy.text('PolicyName') ?? policy.logicalId, document: documentOf(policy, 'PolicyDocument') }));
}

/** A managed policy names its roles, or the role names the policy. One of Amazon's own is not in the template: it grants nothing here. */
function managedPolicies(environment: TemplateEnvironment, role: Resource): NamedPolicy[] {
  const named = role.list<string>('ManagedPolicyArns');
  return environment.ofType('AWS::IAM::ManagedPolicy')
    .filter(policy => policy.list<string>('Roles').includes(role.reference) || named.includes(policy.reference))
    .map(policy => ({ name: policy.logicalId, document: documentOf(policy, 'PolicyDocument') }));
}

/** A permission is one statement of the function's policy. */
function readPermission(environment: TemplateEnvironment, resource: Resource): ResourcePolicy {
  const target = environment.findByReference('AWS::Lambda::Function', unqualifiedArn(resource.requiredText('FunctionName')));
  if (!target) throw new TemplateError(`${resource.name}: the function ${resource.text('FunctionName')} is not in the template`);
  const principal = resource.requiredText('Principal');
  const sourceArn = resource.text('SourceArn');
  const sourceAccount = resource.text('SourceAccount');
  const statement: PolicyStatement = {
    Sid: resource.logicalId,
    Effect: 'Allow',
    Action: resource.requiredText('Action'),
    Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Condition: {
      ...sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } },
      ...sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } },
    },
  };
  return { resourceArn: target.arn, document: { Statement: [statement] } };
}

function documentOf(resource: Resource, property: string): PolicyDocument {
  const document = resource.get(property) as PolicyDocument | undefined;
  if (!document) throw new TemplateError(`${resource.name}: ${property} is missing`);
  return document;
}

/** A queue policy names queues by URL; one of another stack or account is of no concern here, but must not be mistaken. */
function queueArn(environment: TemplateEnvironment, url: string): string {
  const queue = environment.findByReference('AWS::SQS::Queue', url);
  if (!queue) throw new TemplateError(`A queue policy names ${url}, which is not a queue of the template`);
  return queue.arn;
}
