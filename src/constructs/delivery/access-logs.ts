import { Annotations, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { DistributionLogs, EDGE_REGION } from './distribution-logs';

export interface AccessLogProps {
  readonly logBucket?: s3.IBucket;
  readonly logRetention?: Duration;
  readonly removalPolicy?: RemovalPolicy;
  readonly autoDeleteObjects?: boolean;
}

/** How access logs reach the bucket; what the stack's region allows decides. */
export enum LogDelivery {
  /** Standard logging v2, which CloudFormation can set up in us-east-1 alone. */
  V2,
  /** Legacy logging by ACL, to every region that is not opt-in (developer guide, "Standard logging (legacy)"). */
  LEGACY,
  /** Neither: `DistributionLogs` in a stack in us-east-1 is needed. */
  ELSEWHERE,
}

export function logDeliveryOf(scope: Construct): LogDelivery {
  const { region } = Stack.of(scope);
  if (region === EDGE_REGION) return LogDelivery.V2;
  return !Token.isUnresolved(region) && RegionInfo.get(region).isOptInRegion ? LogDelivery.ELSEWHERE : LogDelivery.LEGACY;
}

/** The bucket of a distribution's access logs. */
export function createLogBucket(scope: Construct, delivery: LogDelivery, props: AccessLogProps): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Logs', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // Legacy logging grants itself access by ACL.
    objectOwnership: delivery === LogDelivery.LEGACY ? s3.ObjectOwnership.BUCKET_OWNER_PREFERRED : s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [{ expiration: props.logRetention ?? Duration.days(365), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    removalPolicy: props.removalPolicy,
    autoDeleteObjects: props.autoDeleteObjects,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'This bucket receives access logs; logging access to it would add an entry for every entry.',
  });
  return bucket;
}

/** Legacy logging is a property of the distribution. */
export function legacyLogging(delivery: LogDelivery, logBucket: s3.IBucket): Partial<cloudfront.DistributionProps> {
  return delivery === LogDelivery.LEGACY ? { enableLogging: true, logBucket, logFilePrefix: 'distribution/' } : {};
}

/** What is not a property of the distribution, or needs somebody's help. */
export function deliverLogs(scope: Construct, delivery: LogDelivery, distribution: cloudfront.Distribution, bucket: s3.IBucket): void {
  if (delivery === LogDelivery.LEGACY) return;
  if (delivery === LogDelivery.V2) {
    new DistributionLogs(scope, 'AccessLogs', { distribution, bucket });
  } else {
    Annotations.of(scope).addWarningV2('cdk-video-platform:distribution-logs-elsewhere',
      `${Stack.of(scope).region} is an opt-in region, where CloudFront's access logs can only be set up from ${EDGE_REGION}. Add a stack there with `
      + 'new DistributionLogs(stack, \'Logs\', { distribution, bucket: logBucket }).');
  }
  Validations.of(distribution).acknowledge({
    id: 'AwsSolutions-CFR3',
    reason: 'Access logs are delivered by standard logging v2 (AWS::Logs::Delivery), which is no property of the distribution.',
  });
}
