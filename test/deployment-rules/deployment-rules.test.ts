import { DEPLOYMENT_RULES, deploymentFaults } from '.';
import { TemplateJson } from './deployed-template';
import { AWS_LIMITS, AWS_NAMES, AwsFact } from '../../src/runtime/contract';
import { EXAMPLE_NAMES, synthesizeExample } from '../support/examples';
import { recordTemplate } from '../support/template-count';

const REGIONS: Readonly<Record<string, string>> = { minimal: 'us-east-1', 'three-environments': 'eu-west-1', 'bring-your-own': 'eu-central-1' };
const regionOf = (example: string, stack: string) => stack.endsWith('Edge') ? 'us-east-1' : REGIONS[example];

/** A template to put a fault into: any value may be changed. */
interface Editable {
  Resources: Record<string, { Type: string; Properties: Record<string, any>; DependsOn: string[]; DeletionPolicy?: string }>;
  [section: string]: any;
}

type Example = 'minimal/Videos' | 'three-environments/ProdVideos' | 'three-environments/UatVideos';

function broken(example: Example, breakIt: (template: Editable, only: (type: string, id?: RegExp) => Editable['Resources'][string]) => void): string[] {
  const [name, stackName] = example.split('/');
  const template = structuredClone(synthesizeExample(name).templates[stackName]) as unknown as Editable;
  const find = (type: string, id = /./) => {
    const found = Object.entries(template.Resources).find(([key, resource]) => resource.Type === type && id.test(key));
    if (!found) throw new Error(`${example} has no ${type} ${id}`);
    return found[1];
  };
  breakIt(template, find);
  return deploymentFaults(template as TemplateJson, { stackName, region: regionOf(name, stackName) });
}

const without = (list: string[] | undefined, id: RegExp) => [list ?? []].flat().filter(each => !id.test(each));

describe('the deployment rules', () => {
  it.each(EXAMPLE_NAMES)('hold for every stack of %s', name => {
    const { templates } = synthesizeExample(name);
    Object.values(templates).forEach(recordTemplate);
    expect(Object.entries(templates).flatMap(([stackName, template]) =>
      deploymentFaults(template as TemplateJson, { stackName, region: regionOf(name, stackName) }))).toEqual([]);
  });

  it('keep of prod nothing plainly that is not protected, so that a first creation that fails leaves nothing behind', () => {
    const { templates } = synthesizeExample('three-environments');
    const plainly = Object.values(templates.ProdVideos.Resources as Editable['Resources']).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(plainly.map(({ Type }) => Type).sort()).toEqual(['AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable']);
  });

  const FAULTS: ReadonlyArray<[string, string, Example, Parameters<typeof broken>[1]]> = [
    ['roles-are-complete', 'a traced function that does not wait for its trace policy (H1)', 'minimal/Videos', (_, find) => {
      const handler = find('AWS::Lambda::Function', /Uploader/);
      handler.DependsOn = without(handler.DependsOn, /TracePolicy/);
    }],
    ['roles-are-complete', 'a service that does not wait for the policy of its execution role (M4)', 'three-environments/ProdVideos', (_, find) => {
      const service = find('AWS::ECS::Service');
      service.DependsOn = without(service.DependsOn, /ExecutionRole/);
    }],
    ['roles-are-complete', 'flow logs that do not wait for the policy of their role (L6)', 'minimal/Videos', (_, find) => { find('AWS::EC2::FlowLog').DependsOn = []; }],
    ['roles-are-complete', 'a custom resource whose function may not do anything yet', 'minimal/Videos', ({ Resources }, find) => {
      for (const user of [find('Custom::VideoSigningKeys'), find('AWS::Lambda::Function', /SigningKeys/)]) user.DependsOn = without(user.DependsOn, /PublicKeyPolicy/);
      expect(Object.keys(Resources).some(id => /PublicKeyPolicy/.test(id))).toBe(true);
    }],
    ['names-are-unique', 'a headers policy of the same name in every region (H8)', 'minimal/Videos', (_, find) => {
      find('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig.Name = 'VideosPlatformDistributionHeaders';
    }],
    ['names-are-unique', 'a bucket with a name that anybody may have taken', 'minimal/Videos', (_, find) => { find('AWS::S3::Bucket').Properties.BucketName = 'videos'; }],
    ['nothing-retained-is-in-the-way', 'a WAF log group that stays with a fixed name (B3)', 'three-environments/ProdVideos', (_, find) => {
      find('AWS::Logs::LogGroup', /Firewall/).Properties.LogGroupName = 'aws-waf-logs-ProdVideos-Platform-ApiFirewall-98243449';
    }],
    ['nothing-retained-is-in-the-way', 'a secret whose name is taken while it can be recovered', 'minimal/Videos', (_, find) => {
      find('AWS::SecretsManager::Secret').Properties.Name = 'Videos/signing';
    }],
    ['protected-is-retained', 'a protected table that a rollback would have to delete', 'three-environments/ProdVideos', (_, find) => {
      find('AWS::DynamoDB::GlobalTable').DeletionPolicy = 'RetainExceptOnCreate';
    }],
    ['firewall-logs-arrive', 'a log group that WAF does not write to', 'three-environments/ProdVideos', (_, find) => {
      find('AWS::Logs::LogGroup', /Firewall/).Properties.LogGroupName = { 'Fn::Join': ['', ['waf-', { Ref: 'AWS::StackId' }]] };
    }],
    ['firewall-logs-arrive', 'an ARN that ends with :*', 'three-environments/ProdVideos', ({ Resources }, find) => {
      const [group] = Object.entries(Resources).find(([id, { Type }]) => Type === 'AWS::Logs::LogGroup' && /Firewall/.test(id))!;
      find('AWS::WAFv2::LoggingConfiguration').Properties.LogDestinationConfigs = [{ 'Fn::GetAtt': [group, 'Arn'] }];
    }],
    ['api-stages-may-log', 'a stage that logs before the account has a role for it (B1)', 'minimal/Videos', (_, find) => {
      const stage = find('AWS::ApiGateway::Stage');
      stage.DependsOn = without(stage.DependsOn, /ApiAccount/);
    }],
    ['buckets-take-logs', 'a log bucket that CloudWatch Logs may not write to', 'minimal/Videos', (_, find) => {
      const { PolicyDocument } = find('AWS::S3::BucketPolicy', /DistributionLogs/).Properties;
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }: { Sid?: string }) => Sid !== 'CloudFrontLogDelivery');
    }],
    ['buckets-take-logs', 'a delivery that does not wait for its source', 'minimal/Videos', (_, find) => { find('AWS::Logs::Delivery').DependsOn = []; }],
    ['distribution-logs-arrive', 'legacy logging to a bucket without ACLs', 'three-environments/UatVideos', (_, find) => {
      find('AWS::S3::Bucket', /DistributionLogs/).Properties.OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] };
    }],
    ['distribution-logs-arrive', 'log delivery of CloudFront outside us-east-1', 'three-environments/UatVideos', ({ Resources }) => {
      Resources.Source = { Type: 'AWS::Logs::DeliverySource', DependsOn: [], Properties: { ResourceArn: 'arn:aws:cloudfront::111122223333:distribution/E1', Name: 'UatVideos' } };
    }],
    ['log-keys-let-logs-in', 'a key that CloudWatch Logs may not use', 'minimal/Videos', (_, find) => {
      const { KeyPolicy } = find('AWS::KMS::Key', /LogKey/).Properties;
      KeyPolicy.Statement = KeyPolicy.Statement.filter(({ Sid }: { Sid?: string }) => Sid !== 'CloudWatchLogs');
    }],
    ['writers-may-write', 'an execution role that may not log', 'minimal/Videos', (_, find) => {
      const { PolicyDocument } = find('AWS::IAM::ManagedPolicy', /UploaderRole/).Properties;
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }: { Action: string[] }) => !JSON.stringify(Action).includes('logs:'));
    }],
    ['endpoints-match-calls', 'an endpoint that nobody calls (M14)', 'three-environments/ProdVideos', ({ Resources }, find) => {
      const kms = structuredClone(find('AWS::EC2::VPCEndpoint', /Sqs/));
      kms.Properties.ServiceName = 'com.amazonaws.eu-west-1.kms';
      Resources.Kms = kms;
    }],
    ['endpoints-match-calls', 'a worker whose image comes from a registry that it cannot reach', 'three-environments/ProdVideos', ({ Resources }) => {
      for (const [id, { Type }] of Object.entries(Resources)) if (Type === 'AWS::EC2::VPCEndpoint' && /EcrDocker/.test(id)) delete Resources[id];
    }],
    ['services-wait-for-their-way', 'a service that starts before its endpoints', 'three-environments/ProdVideos', (_, find) => {
      const service = find('AWS::ECS::Service');
      service.DependsOn = without(service.DependsOn, /Endpoints/);
      const capacity = find('AWS::ECS::ClusterCapacityProviderAssociations');
      capacity.DependsOn = without(capacity.DependsOn, /Sqs/);
    }],
    ['endpoints-are-open-to-tasks', 'an endpoint without private DNS', 'three-environments/ProdVideos', (_, find) => { find('AWS::EC2::VPCEndpoint', /Logs/).Properties.PrivateDnsEnabled = false; }],
    ['endpoints-are-open-to-tasks', 'endpoints that let nobody in', 'three-environments/ProdVideos', ({ Resources }) => {
      for (const [id, { Type }] of Object.entries(Resources)) if (Type === 'AWS::EC2::SecurityGroupIngress') delete Resources[id];
    }],
    ['capacity-comes-late', 'capacity providers that follow the first cluster of an account at once (B2)', 'minimal/Videos', (_, find) => {
      find('AWS::ECS::ClusterCapacityProviderAssociations').DependsOn = [];
    }],
    ['no-service-linked-roles', 'a role that an account has once', 'minimal/Videos', ({ Resources }) => {
      Resources.Ecs = { Type: 'AWS::IAM::ServiceLinkedRole', DependsOn: [], Properties: { AWSServiceName: 'ecs.amazonaws.com' } };
    }],
    ['services-wait-for-capacity', 'a service without its capacity providers', 'minimal/Videos', (_, find) => {
      const service = find('AWS::ECS::Service');
      service.DependsOn = without(service.DependsOn, /Capacity/);
    }],
    ['references-exist', 'a reference to nothing', 'minimal/Videos', (_, find) => { find('AWS::SQS::QueuePolicy').Properties.Queues = [{ Ref: 'Gone' }]; }],
    ['references-exist', 'an output of nothing', 'minimal/Videos', template => { template.Outputs.Lost = { Value: { 'Fn::Sub': 'https://${Gone.DomainName}/' } }; }],
    ['nothing-waits-for-itself', 'a key whose policy names what it encrypts', 'minimal/Videos', ({ Resources }, find) => {
      const [bucket, { Properties }] = Object.entries(Resources).find(([, { Type, Properties: each }]) => Type === 'AWS::S3::Bucket' && JSON.stringify(each).includes('KMSMasterKeyID'))!;
      expect(Properties).toBeDefined();
      find('AWS::KMS::Key', /Bucket/).Properties.KeyPolicy.Statement.push({ Resource: { 'Fn::GetAtt': [bucket, 'Arn'] } });
    }],
    ['limits-hold', 'a policy that is too long', 'minimal/Videos', (_, find) => {
      find('AWS::IAM::ManagedPolicy').Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: Array(400).fill('s3:GetObjectVersion'), Resource: '*' });
    }],
    ['limits-hold', 'a name that is too long', 'minimal/Videos', (_, find) => { find('AWS::Logs::DeliverySource').Properties.Name = `Videos-${'x'.repeat(60)}`; }],
    ['limits-hold', 'a container that may stop for longer than Fargate waits', 'minimal/Videos', (_, find) => { find('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].StopTimeout = 300; }],
    ['limits-hold', 'a rate that WAF does not count', 'three-environments/ProdVideos', (_, find) => {
      find('AWS::WAFv2::WebACL').Properties.Rules.find(({ Statement }: any) => Statement.RateBasedStatement).Statement.RateBasedStatement.Limit = 5;
    }],
    ['limits-hold', 'a role with too many policies', 'minimal/Videos', (_, find) => { find('AWS::IAM::Role', /Uploader/).Properties.ManagedPolicyArns = Array(9).fill('arn:aws:iam::aws:policy/x'); }],
    ['limits-hold', 'a description that EC2 refuses', 'minimal/Videos', (_, find) => { find('AWS::EC2::SecurityGroup').Properties.GroupDescription = 'Workers’ way'; }],
    ['template-fits', 'more resources than a template may have', 'minimal/Videos', ({ Resources }) => {
      for (let index = 0; index < 400; index += 1) Resources[`Topic${index}`] = { Type: 'AWS::SNS::Topic', Properties: {}, DependsOn: [] };
    }],
  ];

  it.each(FAULTS)('%s is red for %s', (rule, _what, example, breakIt) => {
    const faults = broken(example, breakIt);
    expect(faults.filter(fault => fault.startsWith(`${rule}: `))).not.toEqual([]);
  });

  it('each have a fault that shows them red, and a source', () => {
    expect(DEPLOYMENT_RULES.map(({ id }) => id).filter(id => !FAULTS.some(([rule]) => rule === id))).toEqual([]);
    for (const { source } of DEPLOYMENT_RULES) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  });

  it('read names, limits and quotas from one table, each with its source', () => {
    const facts: Array<[string, AwsFact<string | number>]> = [...Object.entries(AWS_NAMES), ...Object.entries(AWS_LIMITS)];
    for (const [name, { source }] of facts) expect([name, source]).toEqual([name, expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/)]);
  });
});
