import * as vm from 'node:vm';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DistributionLogs } from '../../../src/constructs/delivery/distribution-logs';
import { VideoDistribution, VideoDistributionProps } from '../../../src/constructs/delivery/video-distribution';
import { SigningKeys } from '../../../src/constructs/secrets/signing-keys';
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

/** Runs a synthesized CloudFront function as CloudFront would. */
function run(stack: Stack, comment: RegExp, event: object): any {
  const found = Object.values(resources(stack, 'AWS::CloudFront::Function')).find(each => comment.test(each.Properties.FunctionConfig.Comment))!;
  return vm.runInNewContext(`${found.Properties.FunctionCode}; handler(event)`, { event });
}

describe('VideoDistribution', () => {
  it('closes media to everybody until there are keys to sign with', () => {
    const stack = testStack();
    distribute(stack, withApi());

    expect(behavior(stack, 'media/*')!.FunctionAssociations).toHaveLength(1);
    expect(behavior(stack, 'media/*')!.TrustedKeyGroups).toBeUndefined();
    expect(run(stack, /no keys/, { request: { uri: '/media/id/1/master.m3u8' } }).statusCode).toBe(403);
    expect(findings(stack)).toEqual([]);
  });

  it('opens media to signed cookies and, in a behavior before it, to tokens in the path', () => {
    const stack = testStack();
    distribute(stack, { signingKeys: new SigningKeys(stack, 'Keys') });

    expect(config(stack).CacheBehaviors.map((each: { PathPattern: string }) => each.PathPattern)).toEqual(['media/t/*', 'media/*']);
    const [byToken, byCookie] = config(stack).CacheBehaviors;
    expect(JSON.stringify(byCookie.TrustedKeyGroups)).toContain('KeyGroupId');
    expect(byCookie.FunctionAssociations).toBeUndefined();
    expect(byToken.TrustedKeyGroups).toBeUndefined();
    expect(byToken.FunctionAssociations).toHaveLength(1);
    // One cached object for all viewers: neither query, nor cookies, nor Accept-Encoding are part of its key.
    expect([byToken.CachePolicyId, byCookie.CachePolicyId, byToken.Compress]).toEqual([
      cloudfront.CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS.cachePolicyId,
      cloudfront.CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS.cachePolicyId, false,
    ]);
    expect(findings(stack)).toEqual([]);
  });

  it('serves the console at its root, with a policy that allows no inline script or style, and its one page for every path', () => {
    const stack = testStack();
    distribute(stack, { ...withApi(), consoleBucket: new VideoBucket(stack, 'Console').bucket, connectSources: ['https://sign-in.example.com'] });

    const { DefaultCacheBehavior, DefaultRootObject } = config(stack);
    expect(DefaultRootObject).toBe('index.html');
    const uriAfter = (uri: string) => run(stack, /one page/, { request: { uri } }).uri;
    expect(['/', '/watch/1', '/assets/app.12ab.js', '/favicon.ico'].map(uriAfter)).toEqual([
      '/index.html', '/index.html', '/assets/app.12ab.js', '/favicon.ico',
    ]);
    const policies = Object.entries(resources(stack, 'AWS::CloudFront::ResponseHeadersPolicy'));
    const [, own] = policies.find(([id]) => JSON.stringify(DefaultCacheBehavior.ResponseHeadersPolicyId).includes(id))!;
    const csp = own.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy as string;
    expect(csp).not.toContain('unsafe');
    expect(csp).toContain("default-src 'none'; script-src 'self'");
    expect(csp).toContain("connect-src 'self' https://sign-in.example.com");
    expect(csp).toContain("frame-ancestors 'none'");
    // Errors of the API stay what they are: no custom error pages, and the fallback sees the console's requests alone.
    expect(config(stack).CustomErrorResponses).toBeUndefined();
    expect(JSON.stringify(behavior(stack, 'api/*')!.FunctionAssociations)).not.toContain('SpaFallback');
    expect(findings(stack)).toEqual([]);
  });

  it('lets sites of one\'s choice frame the player to embed, and nobody the console', () => {
    const stack = testStack();
    distribute(stack, { consoleBucket: new VideoBucket(stack, 'Console').bucket, embedOrigins: ['https://*.example.com'] });
    const policy = Object.entries(resources(stack, 'AWS::CloudFront::ResponseHeadersPolicy')).find(([id]) => id.includes('EmbedHeaders'))![1];
    const { ContentSecurityPolicy, FrameOptions } = policy.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    expect(ContentSecurityPolicy.ContentSecurityPolicy).toContain('frame-ancestors https://*.example.com');
    expect(FrameOptions).toBeUndefined();
    expect(run(stack, /embedded player/, { request: { uri: '/embed/0f' } }).uri).toBe('/embed/index.html');
  });

  it('tells no viewer the key of the bucket', () => {
    const stack = testStack();
    distribute(stack);
    const { RemoveHeadersConfig } = only(stack, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig;
    expect(RemoveHeadersConfig.Items).toContainEqual({ Header: 'x-amz-server-side-encryption-aws-kms-key-id' });
  });

  it('answers 404 on every path that nothing is served on', () => {
    const stack = testStack();
    distribute(stack);
    expect(config(stack).DefaultCacheBehavior.FunctionAssociations).toHaveLength(1);
    for (const uri of ['/', '/index.html', '/uploads/id/source', '/metadata/id.json', '/mediaX']) {
      const answer = run(stack, /404/, { request: { uri } });
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
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
        },
      }),
    });
  });

  it('delivers access logs by standard logging v2, without query strings and cookies', () => {
    const stack = testStack();
    distribute(stack);
    expect(config(stack).Logging).toBeUndefined();
    expect(only(stack, 'AWS::Logs::DeliverySource')).toMatchObject({ LogType: 'ACCESS_LOGS' });
    expect(only(stack, 'AWS::Logs::Delivery').RecordFields).not.toEqual(expect.arrayContaining([expect.stringMatching(/query|cookie/i)]));
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'delivery.logs.amazonaws.com' }, Action: 's3:PutObject' })]) },
    });
    expect(findings(stack)).toEqual([]);
  });

  it('delivers them the older way where v2 cannot be set up', () => {
    const stack = testStack({ region: 'eu-west-1', account: '111122223333' });
    distribute(stack);
    expect(config(stack).Logging.Prefix).toBe('distribution/');
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    });
    expect(findings(stack)).toEqual([]);
  });

  it('says what to add in an opt-in region, where neither works, and that works', () => {
    const stack = testStack({ region: 'af-south-1', account: '111122223333' });
    const { distribution, logBucket } = distribute(stack);
    Annotations.fromStack(stack).hasWarning('/Test/Distribution', Match.stringLikeRegexp('af-south-1 is an opt-in region.*new DistributionLogs'));
    expect(config(stack).Logging).toBeUndefined();

    const app = new App();
    const home = new Stack(app, 'Home', { env: { region: 'af-south-1', account: '111122223333' }, crossRegionReferences: true });
    const east = new Stack(app, 'East', { env: { region: 'us-east-1', account: '111122223333' }, crossRegionReferences: true });
    const video = distribute(home);
    new DistributionLogs(east, 'Logs', { distribution: video.distribution, bucket: video.logBucket });
    expect(() => new DistributionLogs(stack, 'Logs', { distribution, bucket: logBucket })).toThrow(/us-east-1 alone, got stack 'Test' in 'af-south-1'/);
    expect(only(east, 'AWS::Logs::DeliveryDestination').OutputFormat).toBe('json');
  });

  it('has records for its names when the zone is given, and says what else may point to it', () => {
    const stack = testStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/1');
    const zone = (zoneName: string) => route53.HostedZone.fromHostedZoneAttributes(stack, zoneName, { hostedZoneId: 'Z1', zoneName });
    const mediaBucket = new VideoBucket(stack, 'Bucket').bucket;
    const video = distribute(stack, { mediaBucket, certificate, domainNames: ['videos.example.com'], hostedZone: zone('example.com') });

    const records = Object.values(resources(stack, 'AWS::Route53::RecordSet')).map(({ Properties }) => [Properties.Name, Properties.Type]);
    expect(records).toEqual([['videos.example.com.', 'A'], ['videos.example.com.', 'AAAA']]);
    expect(JSON.stringify(stack.resolve(video.distributionDomainName))).toContain('DomainName');
    expect(() => new VideoDistribution(stack, 'Foreign', { mediaBucket, certificate, domainNames: ['videos.example.com'], hostedZone: zone('example.org') }))
      .toThrow(/are not all in hosted zone 'example.org'/);
    expect(() => new VideoDistribution(stack, 'Nameless', { mediaBucket, hostedZone: zone('example.net') })).toThrow(/hostedZone was given without domainNames/);
  });

  it('names what CloudFront keeps per account after its region, so that a second region can be deployed', () => {
    const names = (region: string) => {
      const stack = testStack({ region, account: '111122223333' });
      distribute(stack, withApi());
      return [
        ...Object.values(resources(stack, 'AWS::CloudFront::ResponseHeadersPolicy')).map(each => each.Properties.ResponseHeadersPolicyConfig.Name),
        ...Object.values(resources(stack, 'AWS::CloudFront::OriginAccessControl')).map(each => each.Properties.OriginAccessControlConfig.Name),
        ...Object.values(resources(stack, 'AWS::CloudFront::Function')).map(each => each.Properties.Name),
      ];
    };
    const [here, there] = [names('us-east-1'), names('ap-southeast-1')];
    expect(here.filter(name => there.includes(name))).toEqual([]);
    expect(there.every(name => name.length <= 64)).toBe(true);
  });

  it('tells the API who asked and by which name, whatever the viewer claims', () => {
    const stack = testStack();
    distribute(stack, withApi());
    expect(behavior(stack, 'api/*')!.FunctionAssociations).toHaveLength(1);
    const request = { uri: '/api/x', headers: { host: { value: 'videos.example.com' }, 'x-viewer-address': { value: '10.0.0.1' } } };
    expect(run(stack, /address and host/, { viewer: { ip: '203.0.113.9' }, request }).headers).toMatchObject({
      'x-viewer-address': { value: '203.0.113.9' }, 'x-viewer-host': { value: 'videos.example.com' },
    });
  });

  it.each([
    [{ domainNames: ['videos.example.com'] }, /domainNames \[videos.example.com\] need a certificate, got none/],
    [{ webAclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1' }, /webAclArn must name a WAFv2 web ACL of scope CLOUDFRONT.*regional/],
    [{ embedOrigins: ['https://a.example; script-src *'] }, /embedOrigins must be origins such as/],
    [{ connectSources: ['https://a.example'] }, /of use with consoleBucket alone/],
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
