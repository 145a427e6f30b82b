import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface EncryptedLogGroupProps {
  readonly encryptionKey?: kms.IKey;
  readonly retention?: logs.RetentionDays;
  readonly removalPolicy?: RemovalPolicy;
  /** Only for a group whose writer prescribes its name. */
  readonly logGroupName?: string;
}

/** A log group with retention, encrypted with a customer managed key: the one given, or a new one of its own. */
export function createEncryptedLogGroup(scope: Construct, id: string, props: EncryptedLogGroupProps): logs.LogGroup {
  const encryptionKey = props.encryptionKey ?? new kms.Key(scope, `${id}Key`, {
    description: `Encrypts the logs of ${scope.node.path}`,
    enableKeyRotation: true,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  });
  allowLogs(encryptionKey, scope);
  return new logs.LogGroup(scope, id, {
    logGroupName: props.logGroupName,
    encryptionKey,
    retention: props.retention ?? logs.RetentionDays.ONE_YEAR,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  });
}

/**
 * CloudWatch Logs uses the key itself, so the key's policy has to name it (CloudWatch Logs user guide, "Encrypt log data using KMS").
 * For the log groups of this account and region only; naming the group would tie key and group in a circle.
 */
function allowLogs(key: kms.IKey, scope: Construct): void {
  const stack = Stack.of(scope);
  const logGroups = stack.formatArn({
    service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'CloudWatchLogs',
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: [
      'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
      'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey',
    ],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  }));
}
