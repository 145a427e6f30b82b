import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EnvironmentProfile, VideoBucket, VideoPlatform, VideoPlatformProps } from '../../src';
import { findings, only, resources, testStack } from '../support/stacks';

function platform(stack: Stack, props: Partial<VideoPlatformProps> = {}): VideoPlatform {
  return new VideoPlatform(stack, 'Videos', { profile: EnvironmentProfile.prod(), ...props });
}

describe('VideoPlatform', () => {
  const stack = testStack();
  const videos = platform(stack);
  const template = Template.fromStack(stack);

  it('is clean', () => {
    expect(findings(stack)).toEqual([]);
  });

  it('turns every source that arrives into a job, and tells the uploader', () => {
    const [rule] = Object.values(resources(stack, 'AWS::Events::Rule')).map(({ Properties }) => Properties).filter(each => each.EventPattern);
    expect(rule.EventPattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { object: { key: [{ prefix: 'uploads/' }] }, bucket: { name: [{ Ref: expect.stringMatching(/Bucket/) }] } },
    });
    const targets = rule.Targets.map((target: any) => target.Arn['Fn::GetAtt'][0]);
    expect(targets).toEqual([expect.stringMatching(/^VideosQueue(?!DeadLetter)/), expect.stringMatching(/^VideosUploaderFunction/)]);
    rule.Targets.forEach((target: any) => {
      expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^VideosQueueDeadLetterQueue/);
    });
  });

  it('serves the API of its own functions behind its own directory and web ACL', () => {
    expect(only(stack, 'AWS::ApiGateway::Authorizer').ProviderARNs).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^VideosDirectoryUserPool/), 'Arn'] }]);
    expect(only(stack, 'AWS::WAFv2::WebACLAssociation').WebACLArn['Fn::GetAtt'][0]).toMatch(/^VideosApiFirewall/);
  });

  it('stands behind a web ACL of its own in us-east-1', () => {
    expect(only(stack, 'AWS::CloudFront::Distribution').DistributionConfig.WebACLId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^VideosFirewall/), 'Arn'],
    });
  });

  it('sends people back to its own address after they signed in', () => {
    const { CallbackURLs } = only(stack, 'AWS::Cognito::UserPoolClient');
    expect(CallbackURLs).toEqual([{ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^VideosDistribution/), 'DomainName'] }, '/']] }, 'http://localhost:47210/callback']);
  });

  it('counts in a namespace of its own, in functions, worker and alarms alike', () => {
    const namespaces = new Set([
      ...Object.values(resources(stack, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables.METRICS_NAMESPACE),
      ...only(stack, 'AWS::ECS::TaskDefinition').ContainerDefinitions[0].Environment
        .filter((variable: any) => variable.Name === 'METRICS_NAMESPACE').map((variable: any) => variable.Value),
      ...Object.values(resources(stack, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties)
        .filter(alarm => alarm.MetricName === 'JobsFailed').map(alarm => alarm.Namespace),
    ]);
    expect([...namespaces]).toEqual([expect.stringMatching(/^VideoPlatform\/Test-Videos-/)]);
  });

  it('accepts the same sizes in uploader and worker', () => {
    const sized = testStack();
    platform(sized, { maxUploadSize: undefined });
    const upload = Object.values(resources(sized, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables.MAX_UPLOAD_BYTES);
    const worker = only(sized, 'AWS::ECS::TaskDefinition').ContainerDefinitions[0].Environment
      .find((variable: any) => variable.Name === 'MAX_UPLOAD_BYTES').Value;
    expect(upload.filter(Boolean)).toEqual([worker]);
  });

  it('prints where things are', () => {
    expect(Object.keys(template.findOutputs('*')).map(id => id.replace(/^Videos|[0-9A-F]{8}$/g, '')).sort()).toEqual([
      'AnalyticsLogGroup', 'ApiAccessLogGroup', 'BucketName', 'DeadLetterQueueUrl', 'DistributionDomainName', 'DistributionUrl', 'JobQueueUrl',
      'SignInUrl', 'UploaderLogGroup', 'UserPoolClientId', 'UserPoolDomain', 'UserPoolId', 'WorkerLogGroup',
    ]);
  });

  it('watches all of its parts', () => {
    expect(videos.alarms.all).toHaveLength(8);
  });

  it('keeps data in prod', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
      template.allResources(type, { DeletionPolicy: Match.stringLikeRegexp('^Retain') });
    }
  });

  it('leaves nothing behind in dev but the account\'s own log role', () => {
    const dev = testStack();
    platform(dev, { profile: EnvironmentProfile.dev() });
    const kept = Object.entries(Template.fromStack(dev).toJSON().Resources as Record<string, any>)
      .filter(([, resource]) => resource.DeletionPolicy?.startsWith('Retain')).map(([id]) => id);
    expect(kept).toEqual([expect.stringMatching(/^VideosApiLogRole/), expect.stringMatching(/^VideosApiAccount/)]);
    expect(only(dev, 'AWS::Cognito::UserPool').DeletionProtection).toBe('INACTIVE');
  });

  it('has no web ACL at the distribution outside us-east-1 unless it is given one', () => {
    const abroad = testStack({ region: 'eu-west-1', account: '111122223333' });
    const { firewall } = platform(abroad);
    expect(firewall).toBeUndefined();
    expect(only(abroad, 'AWS::CloudFront::Distribution').DistributionConfig.WebACLId).toBeUndefined();
    expect(findings(abroad)).toEqual([]);
  });

  it('uses a bucket of another stack without tying the stacks in a circle', () => {
    const app = new App({ builtinCloudFormationValidation: false });
    const env = { region: 'eu-west-1', account: '111122223333' };
    const data = new Stack(app, 'Data', { env });
    const bucket = VideoBucket.fromBucket(data, 'VideoBucket', { bucket: new s3.Bucket(data, 'Bucket', { removalPolicy: RemovalPolicy.RETAIN }) });
    const videosStack = new Stack(app, 'Videos', { env });
    platform(videosStack, { bucket });

    expect(() => app.synth()).not.toThrow();
    const patterns = Object.values(resources(videosStack, 'AWS::Events::Rule')).filter(({ Properties }) => Properties.EventPattern);
    expect(patterns).toHaveLength(1);
  });
});
