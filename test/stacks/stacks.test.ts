import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as logs from 'aws-cdk-lib/aws-logs';
import { EnvironmentProfile, VideoEdgeStack, VideoPlatformStack } from '../../src';
import { findings, only } from '../support/stacks';

const ACCOUNT = '111122223333';
const app = () => new App({ builtinCloudFormationValidation: false });

describe('EnvironmentProfile', () => {
  it('costs least in dev and loses nothing in prod', () => {
    expect(EnvironmentProfile.dev()).toMatchObject({
      name: 'dev', removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false, minTasks: 0, onDemandBase: 1, spotPercentage: 99, cpu: 2048,
    });
    expect(EnvironmentProfile.uat()).toMatchObject({ name: 'uat', removalPolicy: RemovalPolicy.DESTROY, onDemandBase: 1, spotPercentage: 70 });
    expect(EnvironmentProfile.prod()).toMatchObject({
      name: 'prod',
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      deletionProtection: true,
      logRetention: logs.RetentionDays.ONE_YEAR,
      maxTasks: 10,
    });
  });

  it('takes overrides and keeps the rest', () => {
    expect(EnvironmentProfile.prod({ maxTasks: 40 })).toMatchObject({ maxTasks: 40, deletionProtection: true, spotPercentage: 70 });
  });
});

describe('VideoPlatformStack', () => {
  it('protects the stack of prod and not the one of dev', () => {
    const stack = (profile: EnvironmentProfile) =>
      new VideoPlatformStack(app(), 'Videos', { env: { account: ACCOUNT, region: 'us-east-1' }, profile });
    expect(stack(EnvironmentProfile.prod()).terminationProtection).toBe(true);
    expect(stack(EnvironmentProfile.dev()).terminationProtection).toBe(false);
  });

  it('uses web ACL, certificate and names of its edge stack', () => {
    const scope = app();
    const profile = EnvironmentProfile.dev();
    const edge = new VideoEdgeStack(scope, 'Edge', { env: { account: ACCOUNT }, profile, domainNames: ['videos.example.com'] });
    const stack = new VideoPlatformStack(scope, 'Videos', { env: { account: ACCOUNT, region: 'eu-west-1' }, profile, edge });

    const { DistributionConfig } = only(stack, 'AWS::CloudFront::Distribution');
    expect(JSON.stringify(DistributionConfig.WebACLId)).toMatch(/ExportsReader.*FirewallWebAcl/);
    expect(JSON.stringify(DistributionConfig.ViewerCertificate.AcmCertificateArn)).toMatch(/ExportsReader.*Certificate/);
    expect(DistributionConfig.Aliases).toEqual(['videos.example.com']);
    expect(stack.platform.firewall).toBeUndefined();
    expect(findings(scope)).toEqual([]);
  });

  it('refuses an edge stack where its own region is not known, before CDK names another cause', () => {
    const scope = app();
    const profile = EnvironmentProfile.dev();
    const edge = new VideoEdgeStack(scope, 'Edge', { profile });
    expect(() => new VideoPlatformStack(scope, 'Videos', { profile, edge })).toThrow(/region of this stack is not known at synthesis\. Pass env: \{ account, region \} to both stacks/);
  });

  it('needs no custom resource but its own signing keys in us-east-1', () => {
    const stack = new VideoPlatformStack(app(), 'Videos', { env: { account: ACCOUNT, region: 'us-east-1' }, profile: EnvironmentProfile.dev() });
    const resources = Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>;
    const types = Object.values(resources).map(resource => resource.Type);
    expect(new Set(types.filter(type => type.startsWith('Custom::')))).toEqual(new Set(['Custom::VideoSigningKeys', 'Custom::VideoConsole']));
  });
});

describe('VideoEdgeStack', () => {
  it('is in us-east-1 whatever its account', () => {
    const stack = new VideoEdgeStack(app(), 'Edge', { env: { account: ACCOUNT }, profile: EnvironmentProfile.prod() });
    expect(stack.region).toBe('us-east-1');
    expect(stack.terminationProtection).toBe(true);
    expect(only(stack, 'AWS::WAFv2::WebACL').Scope).toBe('CLOUDFRONT');
  });

  it('refuses another region', () => {
    expect(() => new VideoEdgeStack(app(), 'Edge', { env: { region: 'eu-west-1' }, profile: EnvironmentProfile.dev() }))
      .toThrow(/must be in us-east-1, got a stack in 'eu-west-1'/);
  });

  it('asks for a certificate for its names', () => {
    const stack = new VideoEdgeStack(app(), 'Edge', {
      env: { account: ACCOUNT }, profile: EnvironmentProfile.dev(), domainNames: ['videos.example.com', 'v.example.com'], requestsPerIp: 100,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'videos.example.com', SubjectAlternativeNames: ['v.example.com'], ValidationMethod: 'DNS',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: Match.arrayWith([Match.objectLike({ Statement: { RateBasedStatement: Match.objectLike({ Limit: 100 }) } })]),
    });
  });
});
