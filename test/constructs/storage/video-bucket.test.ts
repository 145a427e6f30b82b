import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { VideoBucket, VideoBucketEncryption, VideoBucketProps } from '../../../src/constructs/storage/video-bucket';
import { findings, identityStatements, newStack, permissions, resourcesOf, Statement } from '../../support/template-facts';

function synth(props?: VideoBucketProps): { stack: Stack; bucket: VideoBucket; template: Template } {
  const stack = newStack();
  const bucket = new VideoBucket(stack, 'Videos', props);
  return { stack, bucket, template: Template.fromStack(stack) };
}

function lambdaRole(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

describe('a new video bucket', () => {
  const { stack, template } = synth({ allowedOrigins: ['https://videos.example.com'] });
  const videos = { LoggingConfiguration: Match.anyValue() };

  test('is private, versioned, and encrypted with a rotated key through a bucket key', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      ...videos,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('refuses requests without TLS and with TLS older than 1.2, as does its log bucket', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      const denials = (Properties.PolicyDocument.Statement as Statement[]).filter(({ Effect }) => Effect === 'Deny');
      expect(denials.map(({ Condition }) => Condition)).toEqual([
        { Bool: { 'aws:SecureTransport': 'false' } },
        { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      ]);
    }
  });

  test('announces objects through EventBridge without any function', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
  });

  test('sweeps unfinished uploads after a day and replaced objects after 30, and keeps sources', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      ...videos,
      LifecycleConfiguration: {
        Rules: [{
          Id: 'Sweep',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
        }],
      },
    });
  });

  test('is kept, with key and logs, when it leaves the stack', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key']) template.allResources(type, { DeletionPolicy: 'Retain' });
  });

  test('lets only S3 log delivery of this bucket and account write access logs', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{
          Sid: 'S3DeliversAccessLogs',
          Effect: 'Allow',
          Principal: { Service: 'logging.s3.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: Match.anyValue(),
          Condition: { ArnLike: { 'aws:SourceArn': Match.anyValue() }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }]),
      },
    });
  });

  test('lets pages of the allowed origin alone upload and play', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      CorsConfiguration: {
        CorsRules: [Match.objectLike({ AllowedOrigins: ['https://videos.example.com'], AllowedMethods: ['GET', 'HEAD', 'POST', 'PUT'] })],
      },
    });
  });

  test('passes every rule pack', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('props', () => {
  test('without allowed origins there is no CORS rule', () => {
    synth().template.allResourcesProperties('AWS::S3::Bucket', { CorsConfiguration: Match.absent() });
  });

  test('S3-managed encryption makes no key, and passes AwsSolutions', () => {
    const { stack, template } = synth({ encryption: VideoBucketEncryption.S3_MANAGED });
    expect(findings(stack).filter(finding => finding.startsWith('AwsSolutions'))).toEqual([]);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    });
  });

  test('takes a key of the user', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Own');
    expect(new VideoBucket(stack, 'Videos', { encryptionKey }).encryptionKey).toBe(encryptionKey);
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
  });

  test('takes a log bucket of the user and lets S3 deliver there', () => {
    const stack = newStack();
    const accessLogsBucket = new s3.Bucket(stack, 'Logs');
    new VideoBucket(stack, 'Videos', { accessLogsBucket });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::S3::Bucket', 2);
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: stack.resolve(accessLogsBucket.bucketName),
      PolicyDocument: { Statement: [Match.objectLike({ Sid: 'S3DeliversAccessLogs' })] },
    });
  });

  test('warns when the policy of an imported log bucket is out of reach', () => {
    const stack = newStack();
    const accessLogsBucket = s3.Bucket.fromBucketName(stack, 'Logs', 'logs');
    new VideoBucket(stack, 'Videos', { accessLogsBucket });
    Annotations.fromStack(stack).hasWarning('/Stack/Videos', Match.stringLikeRegexp('logging.s3.amazonaws.com put objects below video-bucket/'));
  });

  test('sources move and expire as told, and media is untouched', () => {
    const { template } = synth({ sourceTransition: Duration.days(7), sourceRetention: Duration.days(90) });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([{
          Id: 'Sources',
          Status: 'Enabled',
          Prefix: 'uploads/',
          ExpirationInDays: 90,
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 7 }],
        }]),
      },
    });
  });

  test('can leave with the stack', () => {
    const { template } = synth({ removalPolicy: RemovalPolicy.DESTROY });
    for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key']) template.allResources(type, { DeletionPolicy: 'Delete' });
  });
});

describe('props that cannot work', () => {
  const key = () => new kms.Key(newStack(), 'Key');
  test.each<[string, () => VideoBucketProps, RegExp]>([
    ['a key with S3-managed encryption', () => ({ encryption: VideoBucketEncryption.S3_MANAGED, encryptionKey: key() }), /uses no key of yours.*Remove one/s],
    ['moving sources after they expire', () => ({ sourceTransition: Duration.days(90), sourceRetention: Duration.days(30) }), /got 90 and 30 days/],
    ['moving to infrequent access too soon', () => ({
      sourceTransition: Duration.days(7), sourceTransitionStorageClass: s3.StorageClass.INFREQUENT_ACCESS,
    }), /at least 30 days, got 7/],
    ['a storage class without a time', () => ({ sourceTransitionStorageClass: s3.StorageClass.GLACIER }), /without sourceTransition/],
    ['every origin', () => ({ allowedOrigins: ['*'] }), /allowedOrigins must be .*got '\*'/],
    ['an origin with a path', () => ({ allowedOrigins: ['https://a.example.com/'] }), /got 'https:\/\/a\.example\.com\/'/],
  ])('%s', (_name, props, message) => {
    expect(() => new VideoBucket(newStack(), 'Videos', props())).toThrow(message);
  });

  test('one error names every problem', () => {
    const wrong = () => synth({ allowedOrigins: ['*'], sourceTransition: Duration.days(2), sourceRetention: Duration.days(1) });
    expect(wrong).toThrow(/Stack\/Videos: .*sourceTransition.*\n.*allowedOrigins/s);
  });

  test('values known only at deployment are not judged', () => {
    const stack = newStack();
    const { bucketWebsiteUrl } = new s3.Bucket(stack, 'Site');
    expect(() => new VideoBucket(stack, 'Videos', { allowedOrigins: [bucketWebsiteUrl] })).not.toThrow();
  });
});

describe('grants', () => {
  const cases: Array<[string, (bucket: VideoBucket, role: iam.IRole) => void, string[]]> = [
    ['upload: writes sources, and nothing else', (bucket, role) => bucket.grantUpload(role), [
      'kms:Decrypt on <VideosKey>',
      'kms:GenerateDataKey on <VideosKey>',
      's3:AbortMultipartUpload on <VideosBucket>/uploads/*',
      's3:ListMultipartUploadParts on <VideosBucket>/uploads/*',
      's3:PutObject on <VideosBucket>/uploads/*',
    ]],
    ['processing: reads sources, writes media and metadata, lists nothing', (bucket, role) => bucket.grantProcessing(role), [
      'kms:Decrypt on <VideosKey>',
      'kms:GenerateDataKey on <VideosKey>',
      's3:AbortMultipartUpload on <VideosBucket>/media/*',
      's3:GetObject on <VideosBucket>/metadata/*',
      's3:GetObject on <VideosBucket>/uploads/*',
      's3:GetObjectVersion on <VideosBucket>/uploads/*',
      's3:PutObject on <VideosBucket>/media/*',
      's3:PutObject on <VideosBucket>/metadata/*',
    ]],
  ];

  test.each(cases)('%s', (_name, grant, expected) => {
    const stack = newStack();
    grant(new VideoBucket(stack, 'Videos'), lambdaRole(stack));
    expect(permissions(Template.fromStack(stack))).toEqual(expected);
  });

  test('the key can be used through S3 only', () => {
    const stack = newStack();
    new VideoBucket(stack, 'Videos').grantProcessing(lambdaRole(stack));
    const [statement] = identityStatements(Template.fromStack(stack)).filter(({ Action }) => String(Action).startsWith('kms'));
    expect(statement.Condition).toEqual({
      StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] } },
    });
  });

  test('prefix wildcards are acknowledged where they land, within a stack and across stacks', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner');
    const bucket = new VideoBucket(owner, 'Videos');
    for (const stack of [owner, new Stack(app, 'User')]) bucket.grantProcessing(lambdaRole(stack));
    app.synth();
    expect(findings(app).filter(finding => /IAM5/.test(finding))).toEqual([]);
  });

  test('wildcards that others add to the same role are still found', () => {
    const stack = newStack();
    const role = lambdaRole(stack);
    const bucket = new VideoBucket(stack, 'Videos');
    bucket.grantUpload(role);
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.bucket.arnForObjects('*')] }));
    expect(findings(stack).filter(finding => /IAM5/.test(finding))).toHaveLength(1);
  });
});

describe('an existing bucket', () => {
  test('is granted like an own one, with its key', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/abc');
    const bucket = s3.Bucket.fromBucketName(stack, 'Existing', 'existing');
    VideoBucket.fromBucket(stack, 'Videos', { bucket, encryptionKey }).grantUpload(lambdaRole(stack));
    expect(permissions(Template.fromStack(stack))).toEqual([
      'kms:Decrypt on arn:aws:kms:eu-west-1:111122223333:key/abc',
      'kms:GenerateDataKey on arn:aws:kms:eu-west-1:111122223333:key/abc',
      's3:AbortMultipartUpload on arn:AWS::Partition:s3:::existing/uploads/*',
      's3:ListMultipartUploadParts on arn:AWS::Partition:s3:::existing/uploads/*',
      's3:PutObject on arn:AWS::Partition:s3:::existing/uploads/*',
    ]);
  });

  test('without a key of its own no key is granted', () => {
    const stack = newStack();
    const bucket = s3.Bucket.fromBucketName(stack, 'Existing', 'existing');
    VideoBucket.fromBucket(stack, 'Videos', { bucket }).grantUpload(lambdaRole(stack));
    expect(permissions(Template.fromStack(stack))).toEqual(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject']
      .map(action => `${action} on arn:AWS::Partition:s3:::existing/uploads/*`));
  });
});

describe('onSourceUploaded', () => {
  test('matches what arrives below uploads/ in this bucket, and nothing the processor writes', () => {
    const stack = newStack();
    const bucket = new VideoBucket(stack, 'Videos');
    bucket.onSourceUploaded('Uploaded');
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [stack.resolve(bucket.bucket.bucketName)] }, object: { key: [{ prefix: 'uploads/' }] } },
      },
      State: 'ENABLED',
    });
  });
});
