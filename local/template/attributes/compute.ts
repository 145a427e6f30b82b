import { arn, AttributeTable, globalArn, nameBy, physicalName, stableId } from './types';
import { Resource } from '../resource';

function functionArn(resource: Resource): string {
  return arn('lambda', resource, `function:${resource.reference}`);
}

/** A managed policy or role lives under its path, which starts and ends with a slash. */
function pathOf(resource: Resource, property: string): string {
  return resource.text(property) ?? '/';
}

export const COMPUTE_ATTRIBUTES: AttributeTable = {
  'AWS::Lambda::Function': { ref: physicalName('FunctionName', 64), attributes: { Arn: functionArn } },
  // Every version and alias runs the one code that the template holds.
  'AWS::Lambda::Version': {
    ref: resource => `${qualifiedFunction(resource)}:1`,
    attributes: { FunctionArn: resource => `${qualifiedFunction(resource)}:1`, Version: () => '1' },
  },
  'AWS::Lambda::Alias': {
    ref: resource => `${qualifiedFunction(resource)}:${resource.requiredText('Name')}`,
    attributes: { AliasArn: resource => `${qualifiedFunction(resource)}:${resource.requiredText('Name')}` },
  },
  'AWS::IAM::Role': {
    ref: physicalName('RoleName', 64),
    attributes: {
      Arn: resource => globalArn('iam', resource, `role${pathOf(resource, 'Path')}${resource.reference}`),
      RoleId: resource => `AROA${stableId(resource, 17).toUpperCase()}`,
    },
  },
  'AWS::IAM::ManagedPolicy': {
    ref: resource => globalArn('iam', resource, `policy${pathOf(resource, 'Path')}${nameBy(physicalName('ManagedPolicyName'), resource)}`),
    attributes: { PolicyArn: resource => resource.reference },
  },
  'AWS::IAM::Policy': { ref: physicalName('PolicyName') },
  'AWS::ECS::Cluster': {
    ref: physicalName('ClusterName', 255),
    attributes: { Arn: resource => arn('ecs', resource, `cluster/${resource.reference}`) },
  },
  'AWS::ECS::TaskDefinition': {
    ref: resource => arn('ecs', resource, `task-definition/${resource.text('Family') ?? resource.logicalId}:1`),
    attributes: { TaskDefinitionArn: resource => resource.reference },
  },
  'AWS::ECS::Service': {
    ref: resource => arn('ecs', resource, `service/${String(resource.get('Cluster') ?? 'default').split('/').pop()}/${serviceName(resource)}`),
    attributes: { Name: serviceName, ServiceArn: resource => resource.reference },
  },
  'AWS::EC2::VPC': {
    ref: resource => `vpc-${stableId(resource, 17)}`,
    attributes: { VpcId: resource => resource.reference, CidrBlock: resource => resource.get('CidrBlock') },
  },
  'AWS::EC2::Subnet': { ref: resource => `subnet-${stableId(resource, 17)}`, attributes: { SubnetId: resource => resource.reference } },
  'AWS::EC2::SecurityGroup': { ref: resource => `sg-${stableId(resource, 17)}`, attributes: { GroupId: resource => resource.reference } },
  'AWS::EC2::VPCEndpoint': { ref: resource => `vpce-${stableId(resource, 17)}`, attributes: { Id: resource => resource.reference } },
};

function qualifiedFunction(resource: Resource): string {
  const name = resource.requiredText('FunctionName');
  return name.startsWith('arn:') ? name : arn('lambda', resource, `function:${name}`);
}

function serviceName(resource: Resource): string {
  return nameBy(physicalName('ServiceName', 255), resource);
}
