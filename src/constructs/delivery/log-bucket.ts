import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LogBucketProps {
  readonly logRetention?: Duration;
  readonly removalPolicy?: RemovalPolicy;
}

/** The bucket that CloudFront writes its access logs to. */
export function createLogBucket(scope: Construct, props: LogBucketProps): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Logs', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // CloudFront's standard logging grants itself access by ACL.
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{ expiration: props.logRetention ?? Duration.days(365), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    removalPolicy: props.removalPolicy,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'This bucket receives access logs; logging access to it would add an entry for every entry.',
  });
  return bucket;
}
