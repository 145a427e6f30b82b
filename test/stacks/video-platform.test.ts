import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EnvironmentProfile, PlatformNetwork, VideoBucket, VideoPlatform, VideoPlatformProps } from '../../src';
import { isOutput, STACK_OUTPUTS, StackOutput } from '../../src/runtime/contract';
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

  it('turns every source that arrives into a job, tells the uploader, and wakes a worker', () => {
    const [rule] = Object.values(resources(stack, 'AWS::Events::Rule')).map(({ Properties }) => Properties).filter(each => each.EventPattern);
    expect(rule.EventPattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { object: { key: [{ prefix: 'uploads/' }] }, bucket: { name: [{ Ref: expect.stringMatching(/Bucket/) }] } },
    });
    const targets = rule.Targets.map((target: any) => target.Arn['Fn::GetAtt'][0]);
    const names = [/^VideosQueue(?!DeadLetter)/, /^VideosUploaderFunction/, /^VideosProcessorScalingFunction/];
    expect(targets).toEqual(names.map(name => expect.stringMatching(name)));
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

  it('prints where things are: what the contract lists, which is what the command line reads', () => {
    const keys = Object.keys(template.findOutputs('*'));
    const names = Object.keys(STACK_OUTPUTS) as StackOutput[];
    expect(names.map(name => keys.filter(key => isOutput(key, name)).length)).toEqual(names.map(() => 1));
    expect(keys).toHaveLength(names.length);
  });

  it('lets a page at its own address upload after one deployment, whatever name CloudFront gives it', () => {
    const allowed = Object.values(resources(stack, 'AWS::S3::Bucket')).flatMap(({ Properties }) => Properties.CorsConfiguration?.CorsRules ?? []);
    const [{ AllowedOrigins, AllowedMethods }] = allowed;
    // S3 compares an origin with a pattern that may hold one `*` (S3 user guide, "Elements of a CORS configuration").
    const matches = (origin: string) => (AllowedOrigins as string[]).some(pattern => new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '.*')}$`).test(origin));
    expect([matches('https://d111111abcdef8.cloudfront.net'), matches('https://example.com'), matches('http://d1.cloudfront.net')]).toEqual([true, false, false]);
    expect(AllowedMethods).toEqual(expect.arrayContaining(['POST', 'PUT']));
    const policies = JSON.stringify(resources(stack, 'AWS::CloudFront::ResponseHeadersPolicy'));
    expect(policies).toMatch(/connect-src 'self'.*RegionalDomainName/);
  });

  it("sends people to a page of one's own when there is one", () => {
    const own = testStack();
    platform(own, { callbackUrls: ['https://videos.example.com/app?a=b', 'https://other.example.com/'] });
    const [[, { Value }]] = Object.entries(Template.fromStack(own).findOutputs('*')).filter(([key]) => isOutput(key, 'SignInUrl'));
    expect(JSON.stringify(Value)).toContain('redirect_uri=https%3A%2F%2Fvideos.example.com%2Fapp%3Fa%3Db"');
    expect(only(own, 'AWS::Cognito::UserPoolClient').CallbackURLs).toContain('https://videos.example.com/app?a=b');
  });

  it('empties its buckets when it is deleted, if the profile says so, and brings nothing for that but what CDK has', () => {
    const dev = testStack();
    platform(dev, { profile: EnvironmentProfile.dev({ autoDeleteObjects: true }) });
    const emptied = Object.values(resources(dev, 'Custom::S3AutoDeleteObjects')).map(({ Properties }) => Properties.BucketName.Ref as string);
    const buckets = Object.keys(resources(dev, 'AWS::S3::Bucket'));
    // The console's own function empties the console's bucket.
    expect(emptied.sort()).toEqual(buckets.filter(id => !/Console/.test(id)).sort());
    const plain = testStack();
    platform(plain, { profile: EnvironmentProfile.dev() });
    const added = Template.fromStack(dev).toJSON().Resources, without = Template.fromStack(plain).toJSON().Resources;
    expect(new Set(Object.keys(added).filter(id => !(id in without)).map(id => added[id].Type)))
      .toEqual(new Set(['Custom::S3AutoDeleteObjects', 'AWS::IAM::Role', 'AWS::Lambda::Function']));
    expect(findings(dev)).toEqual([]);
  });

  it('does not empty what is kept', () => {
    expect(() => platform(testStack(), { profile: EnvironmentProfile.prod({ autoDeleteObjects: true }) }))
      .toThrow(/autoDeleteObjects empties a bucket that is deleted, got removalPolicy retain-on-update-or-delete\. Use RemovalPolicy\.DESTROY/);
  });

  it('sends mail by SES when an address is given', () => {
    const mailing = testStack();
    platform(mailing, { email: cognito.UserPoolEmail.withSES({ fromEmail: 'videos@example.com', sesRegion: 'us-east-1' }) });
    expect(only(mailing, 'AWS::Cognito::UserPool').EmailConfiguration).toMatchObject({ EmailSendingAccount: 'DEVELOPER', From: 'videos@example.com' });
    expect(only(stack, 'AWS::Cognito::UserPool').EmailConfiguration).toBeUndefined();
    const given = testStack();
    const userPool = cognito.UserPool.fromUserPoolId(given, 'Pool', 'us-east-1_example');
    expect(() => platform(given, { userPool, email: cognito.UserPoolEmail.withCognito('a@example.com') })).toThrow(/email was given together with userPool/);
  });

  it.each([
    ['a region without CloudFront\'s web ACLs', { region: 'eu-west-1', account: '111122223333' }, {}, /asks for a web ACL at the distribution.*region is eu-west-1\. Pass.*VideoEdgeStack/],
    ['a stack for any region', undefined, {}, /region is not known at synthesis\. Pass the web ACL.*with env: \{ account, region \}/],
  ])('warns of %s', (_what, env, props, message) => {
    const abroad = env ? testStack(env) : new Stack(new App({ builtinCloudFormationValidation: false }), 'Any');
    platform(abroad, props);
    Annotations.fromStack(abroad).hasWarning('/Test/Videos'.replace('Test', abroad.stackName), Match.stringLikeRegexp(message.source));
  });

  it('says nothing where the profile asks for no web ACL, or one is given', () => {
    const env = { region: 'eu-west-1', account: '111122223333' };
    const [modest, guarded] = [testStack(env), testStack(env)];
    platform(modest, { profile: EnvironmentProfile.uat() });
    platform(guarded, { webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b' });
    for (const each of [modest, guarded]) Annotations.fromStack(each).hasNoWarning('*', Match.stringLikeRegexp('web ACL at the distribution'));
  });

  it('warns of a profile that contradicts its network', () => {
    const contradicted = testStack();
    platform(contradicted, { network: new PlatformNetwork(contradicted, 'Network', { interfaceEndpoints: false }) });
    Annotations.fromStack(contradicted).hasWarning('/Test/Videos', Match.stringLikeRegexp('asks for workers without internet.*interfaceEndpoints: false'));
  });

  it.each([
    ['zones that a profile cannot have', 'eu-west-1', { networkZones: 5 }, /zones must be 1, 2 or 3, got 5/],
    ['more zones than the region offers', 'us-west-1', { networkZones: 3 }, /zones must be 1 or 2 in us-west-1.*Use zones: 2/],
    ['an opt-in region', 'af-south-1', {}, /prefix lists of S3 and DynamoDB are not known for region 'af-south-1'\. Find them with `aws ec2 describe-prefix-lists --region af-south-1`/],
  ])('refuses %s, with the fix', (_what, region, overrides, message) => {
    expect(() => platform(testStack({ region, account: '111122223333' }), { profile: EnvironmentProfile.uat(overrides) })).toThrow(message);
  });

  it('says in an opt-in region from where access logs are set up', () => {
    const optIn = testStack({ region: 'af-south-1', account: '111122223333' });
    const lists = { s3PrefixList: ec2.PrefixList.fromPrefixListId(optIn, 'S3', 'pl-1'), dynamodbPrefixList: ec2.PrefixList.fromPrefixListId(optIn, 'Db', 'pl-2') };
    platform(optIn, { profile: EnvironmentProfile.uat(), network: new PlatformNetwork(optIn, 'Network', lists) });
    Annotations.fromStack(optIn).hasWarning('*', Match.stringLikeRegexp('af-south-1 is an opt-in region.*new DistributionLogs'));
  });
  it('watches all of its parts', () => {
    expect(videos.alarms.all).toHaveLength(11);
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
