import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Has S3 deliver a bucket's access logs below `prefix` of another one.
 *
 * Written out here because CDK's own way depends on a feature flag of the app and otherwise falls back to ACLs, which
 * an enforced object ownership forbids.
 *
 * @param sid of the statement, unique in the policy of the bucket of logs
 */
export function deliverAccessLogs(bucket: s3.Bucket, destination: s3.IBucket, prefix: string, sid: string): void {
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.loggingConfiguration = { destinationBucketName: destination.bucketName, logFilePrefix: prefix };
  const { statementAdded } = destination.addToResourcePolicy(new iam.PolicyStatement({
    sid,
    principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [destination.arnForObjects(`${prefix}*`)],
    conditions: {
      ArnLike: { 'aws:SourceArn': bucket.bucketArn },
      StringEquals: { 'aws:SourceAccount': Stack.of(bucket).account },
    },
  }));
  if (!statementAdded) {
    Annotations.of(bucket.node.scope!).addWarningV2('cdk-video-platform:accessLogsNotGranted',
      'The policy of accessLogsBucket cannot be extended here. '
      + `Let logging.s3.amazonaws.com put objects below ${prefix} in it, then acknowledge this warning.`);
  }
}
