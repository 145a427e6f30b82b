import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { PlatformNetwork, PlatformNetworkProps } from '../../../src/constructs/network/platform-network';
import { ProcessingQueue } from '../../../src/constructs/queue/processing-queue';
import { VideoBucket } from '../../../src/constructs/storage/video-bucket';
import { VideoCatalog } from '../../../src/constructs/storage/video-catalog';
import { findings, newStack, onlyResource, permissions, resourcesOf, spell, Statement } from '../../support/template-facts';

const IRELAND = { account: '111122223333', region: 'eu-west-1' };

function synth(props?: PlatformNetworkProps, env?: { account: string; region: string }): { stack: Stack; template: Template } {
  const stack = newStack({ env });
  new PlatformNetwork(stack, 'Network', props);
  return { stack, template: Template.fromStack(stack) };
}

function endpoint(template: Template, id: string): Record<string, any> {
  const found = Object.entries(resourcesOf(template, 'AWS::EC2::VPCEndpoint')).find(([logicalId]) => logicalId.startsWith(`NetworkEndpoints${id}`));
  return found![1].Properties;
}

function statements(properties: Record<string, any>): Statement[] {
  return properties.PolicyDocument.Statement;
}

function securityGroup(template: Template, id: string): Record<string, any> {
  const found = Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup')).find(([logicalId]) => logicalId.includes(id));
  return found![1].Properties;
}

describe('a new network', () => {
  const { stack, template } = synth({}, IRELAND);

  test('has three zones of isolated subnets, and no way to the internet', () => {
    template.resourceCountIs('AWS::EC2::Subnet', 3);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    for (const type of ['InternetGateway', 'NatGateway', 'Route', 'EIP']) template.resourceCountIs(`AWS::EC2::${type}`, 0);
  });

  test('needs no look-up, although the stack has an explicit environment', () => {
    const app = App.of(stack) as App;
    expect(app.synth().manifest.missing).toBeUndefined();
    const zones = Object.values(resourcesOf(template, 'AWS::EC2::Subnet')).map(({ Properties }) => Properties.AvailabilityZone);
    expect(zones).toEqual([0, 1, 2].map(index => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })));
  });

  test('cuts its range in four and uses three parts', () => {
    const blocks = Object.values(resourcesOf(template, 'AWS::EC2::Subnet')).map(({ Properties }) => Properties.CidrBlock);
    // 14 bits for hosts: /18 parts of a /16.
    expect(blocks).toEqual([0, 1, 2].map(index => ({ 'Fn::Select': [index, { 'Fn::Cidr': ['10.0.0.0/16', 4, '14'] }] })));
  });

  test('reaches S3 and DynamoDB by gateways in every subnet, and SQS, ECR and logs by interfaces', () => {
    const all = Object.values(resourcesOf(template, 'AWS::EC2::VPCEndpoint')).map(({ Properties }) => Properties);
    const names = (type: string) => all.filter(({ VpcEndpointType }) => VpcEndpointType === type)
      .map(({ ServiceName }) => spell(ServiceName).split('.').slice(3).join('.')).sort();
    expect(names('Gateway')).toEqual(['dynamodb', 's3']);
    expect(names('Interface')).toEqual(['ecr.api', 'ecr.dkr', 'logs', 'sqs']);
    for (const properties of all) expect(properties.RouteTableIds ?? properties.SubnetIds).toHaveLength(3);
  });

  test('lets workers out to the gateways and the endpoints alone, over HTTPS, and nobody in', () => {
    const worker = securityGroup(template, 'Worker');
    expect(worker).not.toHaveProperty('SecurityGroupIngress');
    expect(worker.SecurityGroupEgress.map((rule: Record<string, unknown>) => [rule.DestinationPrefixListId, rule.FromPort, rule.ToPort]))
      .toEqual([['pl-6da54004', 443, 443], ['pl-6fa54006', 443, 443]]);
    expect(onlyResource(template, 'AWS::EC2::SecurityGroupEgress').Properties).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    expect(onlyResource(template, 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    expect(JSON.stringify(template.toJSON())).not.toContain('0.0.0.0/0');
  });

  test('records who talked to whom in an encrypted log group, with a role for that group alone', () => {
    expect(onlyResource(template, 'AWS::EC2::FlowLog').Properties).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue(), RetentionInDays: 365 });
    expect(permissions(template)).toEqual([
      'logs:CreateLogStream on <NetworkFlowLogsLog>',
      'logs:DescribeLogStreams on <NetworkFlowLogsLog>',
      'logs:PutLogEvents on <NetworkFlowLogsLog>',
    ]);
  });

  test('makes no custom resource', () => {
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('passes every rule pack', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('endpoint policies', () => {
  test('serve this account only, from the start', () => {
    const { template } = synth({}, IRELAND);
    for (const id of ['S3', 'DynamoDb', 'Sqs', 'EcrApi', 'EcrDocker', 'Logs']) {
      expect(statements(endpoint(template, id))[0]).toMatchObject({
        Effect: 'Allow',
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': IRELAND.account },
          StringEqualsIfExists: { 'aws:ResourceAccount': IRELAND.account },
        },
      });
    }
  });

  test('always let image layers through, without which no task starts', () => {
    const layers = statements(endpoint(synth({}, IRELAND).template, 'S3')).find(({ Sid }) => Sid === 'ImageLayers')!;
    expect(layers).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
    expect(layers).not.toHaveProperty('Condition');
    expect(spell(layers.Resource)).toBe('arn:AWS::Partition:s3:::prod-eu-west-1-starport-layer-bucket/*');
  });

  test('can be narrowed to one bucket, queue and table', () => {
    const stack = newStack({ env: IRELAND });
    const network = new PlatformNetwork(stack, 'Network');
    network.restrictEndpoints({
      bucket: new VideoBucket(stack, 'Videos'), queue: new ProcessingQueue(stack, 'Jobs'), catalog: new VideoCatalog(stack, 'Catalog'),
    });
    const template = Template.fromStack(stack);
    const named = (id: string) => [statements(endpoint(template, id))[0].Resource].flat().map(spell);
    expect(named('S3')).toEqual(['<VideosBucket>', '<VideosBucket>/*']);
    expect(named('Sqs')).toEqual(['<JobsQueue>']);
    expect(named('DynamoDb')).toEqual(['<CatalogTable>']);
    expect(statements(endpoint(template, 'S3'))).toHaveLength(2);
  });
});

describe('prefix lists', () => {
  test('in a stack for any region CloudFormation chooses the list', () => {
    const { template } = synth();
    const egress = securityGroup(template, 'Worker').SecurityGroupEgress as Array<Record<string, any>>;
    const [[mapping, lists]] = Object.entries(template.findMappings('*'));
    expect(egress.map(rule => rule.DestinationPrefixListId)).toEqual(
      ['s3', 'dynamodb'].map(service => ({ 'Fn::FindInMap': [mapping, { Ref: 'AWS::Region' }, service] })),
    );
    expect(lists['us-east-1']).toEqual({ s3: 'pl-63a5400a', dynamodb: 'pl-02cd2c6b' });
  });

  test('a region that is not known asks for them, and says how to find them', () => {
    const unknown = { account: '111122223333', region: 'xx-west-9' };
    expect(() => synth({}, unknown)).toThrow(/not known for region 'xx-west-9'.*describe-prefix-lists --region xx-west-9.*s3PrefixList/s);
    const stack = newStack({ env: unknown });
    new PlatformNetwork(stack, 'Network', {
      s3PrefixList: ec2.PrefixList.fromPrefixListId(stack, 'S3', 'pl-1'),
      dynamodbPrefixList: ec2.PrefixList.fromPrefixListId(stack, 'DynamoDb', 'pl-2'),
    });
    const egress = securityGroup(Template.fromStack(stack), 'Worker').SecurityGroupEgress as Array<Record<string, any>>;
    expect(egress.map(rule => rule.DestinationPrefixListId)).toEqual(['pl-1', 'pl-2']);
  });
});

describe('props', () => {
  test('names its zones when told', () => {
    const { template } = synth({ availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] }, IRELAND);
    template.hasResourceProperties('AWS::EC2::Subnet', { AvailabilityZone: 'eu-west-1b' });
  });

  test('encrypts flow logs with a key of the user, and lets CloudWatch Logs of this account use it', () => {
    const stack = newStack({ env: IRELAND });
    new PlatformNetwork(stack, 'Network', { flowLogEncryptionKey: new kms.Key(stack, 'Own') });
    const [key] = Object.values(resourcesOf(Template.fromStack(stack), 'AWS::KMS::Key'));
    const [statement] = (key.Properties.KeyPolicy.Statement as Statement[]).filter(({ Sid }) => Sid === 'CloudWatchLogs');
    expect(statement.Principal).toEqual({ Service: 'logs.eu-west-1.amazonaws.com' });
    expect(spell(statement.Condition!.ArnLike['kms:EncryptionContext:aws:logs:arn'])).toBe('arn:AWS::Partition:logs:eu-west-1:111122223333:log-group:*');
  });

  test.each<[string, PlatformNetworkProps, RegExp]>([
    ['four zones', { availabilityZones: ['a', 'b', 'c', 'd'] }, /zones must be 1, 2 or 3, got 4 \(a, b, c, d\)/],
    ['no zone', { zones: 0 }, /zones must be 1, 2 or 3, got 0/],
    ['two counts of zones', { zones: 1, availabilityZones: ['a', 'b'] }, /as many zones as zones says, got 2 and 1/],
    ['a range larger than a VPC', { cidr: '10.0.0.0/8' }, /cidr must be .*got '10.0.0.0\/8'/],
    ['a range too small for three zones', { cidr: '10.0.0.0/26' }, /got '10.0.0.0\/26'/],
    ['no range', { cidr: 'ten' }, /got 'ten'/],
  ])('refuses %s', (_name, props, message) => {
    expect(() => synth(props, IRELAND)).toThrow(message);
  });

  test('us-west-1 gets the two zones that it offers, and refuses three', () => {
    const california = { ...IRELAND, region: 'us-west-1' };
    synth({}, california).template.resourceCountIs('AWS::EC2::Subnet', 2);
    expect(() => synth({ zones: 3 }, california)).toThrow(/zones must be 1 or 2 in us-west-1/);
  });

  test.each([1, 2, 3])('spreads workers over %d zones', zones => {
    const { template } = synth({ zones }, IRELAND);
    template.resourceCountIs('AWS::EC2::Subnet', zones);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::EC2::VPCEndpoint'))) {
      expect(Properties.RouteTableIds ?? Properties.SubnetIds).toHaveLength(zones);
    }
  });

  test('without interface endpoints: HTTPS out to the internet, nothing in, and no charge while idle', () => {
    const { template } = synth({ zones: 1, interfaceEndpoints: false }, IRELAND);
    expect(Object.values(resourcesOf(template, 'AWS::EC2::VPCEndpoint')).map(({ Properties }) => Properties.VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
    expect(onlyResource(template, 'AWS::EC2::Route').Properties).toMatchObject({ DestinationCidrBlock: '0.0.0.0/0' });
    const { SecurityGroupIngress, SecurityGroupEgress } = onlyResource(template, 'AWS::EC2::SecurityGroup').Properties;
    expect(SecurityGroupIngress).toBeUndefined();
    expect(SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })]);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
  });
});

describe('an existing VPC', () => {
  function existing(stack: Stack): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0', vpcCidrBlock: '10.1.0.0/16', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'], isolatedSubnetIds: ['subnet-2'],
    });
  }

  test('gets a security group and nothing else', () => {
    const stack = newStack({ env: IRELAND });
    const network = PlatformNetwork.fromVpc(stack, 'Network', { vpc: existing(stack) });
    const template = Template.fromStack(stack);
    expect(Object.values(template.toJSON().Resources).map((resource: any) => resource.Type)).toEqual(['AWS::EC2::SecurityGroup']);
    expect(securityGroup(template, 'Worker').SecurityGroupEgress).toEqual([
      expect.objectContaining({ DestinationPrefixListId: 'pl-6da54004', FromPort: 443 }),
      expect.objectContaining({ DestinationPrefixListId: 'pl-6fa54006', FromPort: 443 }),
      expect.objectContaining({ CidrIp: '10.1.0.0/16', FromPort: 443 }),
    ]);
    expect(network.vpc.selectSubnets(network.workerSubnets).subnetIds).toEqual(['subnet-2']);
  });

  test('keeps the security group and subnets that are given', () => {
    const stack = newStack({ env: IRELAND });
    const workerSecurityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
    const network = PlatformNetwork.fromVpc(stack, 'Network', {
      vpc: existing(stack), workerSecurityGroup, workerSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    });
    expect(network.workerSecurityGroup).toBe(workerSecurityGroup);
    expect(network.vpc.selectSubnets(network.workerSubnets).subnetIds).toEqual(['subnet-1']);
    expect(network.node.children).toEqual([]);
  });
});
