import * as vm from 'node:vm';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { VideoDistribution, VideoDistributionProps } from '../../../src/constructs/delivery/video-distribution';
import { VideoBucket } from '../../../src/constructs/storage/video-bucket';
import { findings, only, resources, testStack } from '../../support/stacks';

const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/example/1';

function distribute(stack: Stack, props: Partial<VideoDistributionProps> = {}): VideoDistribution {
  const mediaBucket = props.mediaBucket ?? new VideoBucket(stack, 'Bucket').bucket;
  return new VideoDistribution(stack, 'Distribution', { mediaBucket, ...props });
}

const withApi = () => ({ apiOrigin: new origins.HttpOrigin('api.example.com') });

function config(stack: Stack): Record<string, any> {
  return only(stack, 'AWS::CloudFront::Distribution').DistributionConfig;
}

function behavior(stack: Stack, pathPattern: string): Record<string, any> | undefined {
  return config(stack).CacheBehaviors?.find((each: { PathPattern: string }) => each.PathPattern === pathPattern);
}

/** Runs the synthesized CloudFront function as CloudFront would. */
function visit(stack: Stack, uri: string): { statusCode: number; body: string } {
  const { FunctionCode } = only(stack, 'AWS::CloudFront::Function');
  return vm.runInNewContext(`${FunctionCode}; handler(event)`, { event: { request: { uri } } });
}

describe('VideoDistribution', () => {
  it('closes media to everybody until there are keys to sign with', () => {
    const stack = testStack();
    distribute(stack, withApi());

    expect(behavior(stack, 'media/*')!.FunctionAssociations).toHaveLength(1);
    expect(behavior(stack, 'media/*')!.TrustedKeyGroups).toBeUndefined();
    expect(visit(stack, '/media/id/1/master.m3u8').statusCode).toBe(403);
    expect(findings(stack)).toEqual([]);
  });

  it('opens media to signatures alone when it is given keys', () => {
    const stack = testStack();
    distribute(stack, { mediaKeyGroups: [cloudfront.KeyGroup.fromKeyGroupId(stack, 'Keys', 'key-group-id')] });

    expect(behavior(stack, 'media/*')!.TrustedKeyGroups).toEqual(['key-group-id']);
    expect(behavior(stack, 'media/*')!.FunctionAssociations).toBeUndefined();
  });

  it('answers 404 on every path that nothing is served on', () => {
    const stack = testStack();
    distribute(stack);
    expect(config(stack).DefaultCacheBehavior.FunctionAssociations).toHaveLength(1);
    for (const uri of ['/', '/index.html', '/uploads/id/source', '/metadata/id.json', '/mediaX']) {
      const answer = visit(stack, uri);
      expect(answer.statusCode).toBe(404);
      expect(JSON.parse(answer.body).status).toBe(404);
    }
  });

  it('lets this distribution read media and nothing else of the bucket', () => {
    const stack = testStack();
    distribute(stack);

    const statements = Object.values(resources(stack, 'AWS::S3::BucketPolicy'))
      .flatMap(policy => policy.Properties.PolicyDocument.Statement)
      .filter((statement: any) => statement.Principal?.Service === 'cloudfront.amazonaws.com');
    expect(statements).toHaveLength(1);
    expect(statements[0].Action).toBe('s3:GetObject');
    expect(JSON.stringify(statements[0].Resource)).toContain('/media/*');
    expect(JSON.stringify(statements[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(/"Ref":"Distribution/);
    expect(config(stack).Origins[0].OriginAccessControlId).toBeDefined();
  });

  it('lets CloudFront decrypt with the key of the bucket, for distributions of this account', () => {
    const stack = testStack();
    distribute(stack);
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: 'kms:Decrypt',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Condition: { ArnLike: { 'AWS:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':cloudfront::111122223333:distribution/*'])] } } },
        })]),
      },
    });
  });

  it('opens a bucket of another stack to distributions of the account, since its policy cannot name this one', () => {
    const stack = testStack();
    const data = new Stack(stack.node.root as App, 'Data', { env: { region: 'us-east-1', account: '111122223333' } });
    distribute(stack, { mediaBucket: new s3.Bucket(data, 'Bucket') });
    Template.fromStack(data).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({
          Sid: 'DistributionReadsMedia',
          Condition: { ArnLike: { 'AWS:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':cloudfront::111122223333:distribution/*'])] } } },
        })],
      },
    });
  });

  it('says which statement to add to a bucket that it does not own', () => {
    const stack = testStack();
    distribute(stack, { mediaBucket: s3.Bucket.fromBucketName(stack, 'Theirs', 'their-bucket') });
    Annotations.fromStack(stack).hasWarning(
      '/Test/Distribution', Match.stringLikeRegexp('policy was left alone. Add: .*s3:GetObject.*their-bucket/media'),
    );
  });

  it('passes API requests through, uncached and with their token, over TLS 1.2', () => {
    const stack = testStack();
    distribute(stack, { apiOrigin: new origins.HttpOrigin('api.example.com', { protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY }) });
    expect(behavior(stack, 'api/*')).toMatchObject({
      AllowedMethods: expect.arrayContaining(['GET', 'POST', 'OPTIONS']),
      CachePolicyId: cloudfront.CachePolicy.CACHING_DISABLED.cachePolicyId,
      OriginRequestPolicyId: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER.originRequestPolicyId,
      ViewerProtocolPolicy: 'https-only',
    });
  });

  it('has no API path without an API', () => {
    const stack = testStack();
    distribute(stack);
    expect(behavior(stack, 'api/*')).toBeUndefined();
  });

  it('answers with security headers on every path', () => {
    const stack = testStack();
    distribute(stack, withApi());

    const { DefaultCacheBehavior, CacheBehaviors } = config(stack);
    const policies = [DefaultCacheBehavior, ...CacheBehaviors].map(each => JSON.stringify(each.ResponseHeadersPolicyId));
    expect(new Set(policies).size).toBe(1);
    const headers = only(stack, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    expect(headers).toMatchObject({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true, Override: true },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      ContentSecurityPolicy: { ContentSecurityPolicy: expect.stringContaining("default-src 'none'") },
    });
  });

  it('serves its own names over TLS 1.2 or newer', () => {
    const stack = testStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/1');
    const distribution = distribute(stack, { certificate, domainNames: ['videos.example.com'], webAclArn: WEB_ACL });

    expect(config(stack)).toMatchObject({
      Aliases: ['videos.example.com'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      WebACLId: WEB_ACL,
    });
    expect(distribution.url).toBe('https://videos.example.com');
    expect(findings(stack)).toEqual([]);
  });

  it('restricts countries and edge locations when asked', () => {
    const stack = testStack();
    distribute(stack, { geoRestriction: cloudfront.GeoRestriction.allowlist('DE', 'FR'), priceClass: cloudfront.PriceClass.PRICE_CLASS_ALL });
    expect(config(stack)).toMatchObject({
      Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE', 'FR'] } },
      PriceClass: 'PriceClass_All',
    });
  });

  it('keeps access logs in a private bucket for as long as asked', () => {
    const stack = testStack();
    distribute(stack, { logRetention: Duration.days(30), removalPolicy: RemovalPolicy.DESTROY });
    Template.fromStack(stack).hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: Match.objectLike({
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30 })] },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
        },
      }),
    });
    expect(config(stack).Logging.Prefix).toBe('distribution/');
  });

  it.each([
    [{ domainNames: ['videos.example.com'] }, /domainNames \[videos.example.com\] need a certificate, got none/],
    [{ webAclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1' }, /webAclArn must name a WAFv2 web ACL of scope CLOUDFRONT.*regional/],
    [{ mediaKeyGroups: [] }, /mediaKeyGroups is empty/],
  ])('refuses %j', (props, message) => {
    expect(() => distribute(testStack(), props)).toThrow(message);
  });

  it('refuses a certificate without names, and names with a scheme', () => {
    const stack = testStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/1');
    const mediaBucket = new VideoBucket(stack, 'Bucket').bucket;
    expect(() => new VideoDistribution(stack, 'First', { mediaBucket, certificate })).toThrow(/certificate was given without domainNames/);
    expect(() => new VideoDistribution(stack, 'Second', { mediaBucket, certificate, domainNames: ['https://a.example'] }))
      .toThrow(/domainNames must be host names, got \[https:\/\/a.example\]/);
  });
});
