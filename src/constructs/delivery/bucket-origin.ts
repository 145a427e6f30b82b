import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AWS_LIMITS } from '../../runtime/contract';
import { edgeName } from '../shared/edge-name';

/** A private bucket behind CloudFront: requests are signed, and nobody else may send them. */
export function createBucketOrigin(scope: Construct, id: string, bucket: s3.IBucket): cloudfront.IOrigin {
  const access = new cloudfront.S3OriginAccessControl(scope, id, {
    originAccessControlName: edgeName(scope, id, AWS_LIMITS.originAccessControlName.value),
    signing: cloudfront.Signing.SIGV4_ALWAYS,
  });
  // Not `withOriginAccessControl`: its policy opens the whole bucket.
  return origins.S3BucketOrigin.withBucketDefaults(bucket, { originAccessControlId: access.originAccessControlId });
}

export interface BucketReader {
  readonly distribution: cloudfront.Distribution;
  readonly bucket: s3.IBucket;
  /** Such as `media/`; empty for the whole bucket. */
  readonly prefix: string;
  readonly sid: string;
}

/** Objects below one prefix, to one distribution. */
export function letDistributionRead(scope: Construct, { distribution, bucket, prefix, sid }: BucketReader): void {
  const cloudFront = new iam.ServicePrincipal('cloudfront.amazonaws.com');
  const anyOfAccount = {
    ArnLike: {
      'AWS:SourceArn': Stack.of(scope).formatArn({
        service: 'cloudfront', region: '', resource: 'distribution', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    },
  };
  const read = new iam.PolicyStatement({
    sid,
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects(`${prefix}*`)],
    principals: [cloudFront],
    // The bucket's stack comes before that of its distribution, so a policy over there cannot name what is made here.
    conditions: Stack.of(bucket) === Stack.of(scope)
      ? { StringEquals: { 'AWS:SourceArn': distribution.distributionArn } }
      : anyOfAccount,
  });
  if (!bucket.addToResourcePolicy(read).statementAdded) {
    Annotations.of(scope).addWarningV2('cdk-video-platform:distribution-bucket-policy',
      `The media bucket belongs to another app, so its policy was left alone. Add: ${JSON.stringify(Stack.of(scope).resolve(read.toJSON()))}`);
  }
  bucket.encryptionKey?.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'DistributionsReadThroughS3',
    actions: ['kms:Decrypt'],
    resources: ['*'],
    principals: [cloudFront],
    // Naming this distribution would close a circle: key, bucket, distribution, key. The bucket policy names it.
    conditions: anyOfAccount,
  }));
}
