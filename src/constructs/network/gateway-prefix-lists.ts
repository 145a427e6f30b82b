import { CfnMapping, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * The prefix lists of the gateway endpoints. CloudFormation does not return them, a look-up needs an account at synthesis and
 * a custom resource needs a function; but AWS never changes them, so they stand here as `aws ec2 describe-prefix-lists` prints them.
 */
const PREFIX_LISTS: Readonly<Record<string, { readonly s3: string; readonly dynamodb: string }>> = {
  'ap-northeast-1': { s3: 'pl-61a54008', dynamodb: 'pl-78a54011' },
  'ap-northeast-2': { s3: 'pl-78a54011', dynamodb: 'pl-48a54021' },
  'ap-south-1': { s3: 'pl-78a54011', dynamodb: 'pl-66a7420f' },
  'ap-southeast-1': { s3: 'pl-6fa54006', dynamodb: 'pl-67a5400e' },
  'ap-southeast-2': { s3: 'pl-6ca54005', dynamodb: 'pl-62a5400b' },
  'ca-central-1': { s3: 'pl-7da54014', dynamodb: 'pl-4ea54027' },
  'eu-central-1': { s3: 'pl-6ea54007', dynamodb: 'pl-66a5400f' },
  'eu-north-1': { s3: 'pl-c3aa4faa', dynamodb: 'pl-adae4bc4' },
  'eu-west-1': { s3: 'pl-6da54004', dynamodb: 'pl-6fa54006' },
  'eu-west-2': { s3: 'pl-7ca54015', dynamodb: 'pl-b3a742da' },
  'eu-west-3': { s3: 'pl-23ad484a', dynamodb: 'pl-abb451c2' },
  'sa-east-1': { s3: 'pl-6aa54003', dynamodb: 'pl-60a54009' },
  'us-east-1': { s3: 'pl-63a5400a', dynamodb: 'pl-02cd2c6b' },
  'us-east-2': { s3: 'pl-7ba54012', dynamodb: 'pl-4ca54025' },
  'us-west-1': { s3: 'pl-6ba54002', dynamodb: 'pl-6ea54007' },
  'us-west-2': { s3: 'pl-68a54001', dynamodb: 'pl-00a54069' },
};

export interface GatewayPrefixLists {
  readonly s3: string;
  readonly dynamodb: string;
}

/** Where security groups let traffic to S3 and DynamoDB out to: the lists given, or those of the stack's region. */
export function gatewayPrefixLists(scope: Construct, s3?: ec2.IPrefixList, dynamodb?: ec2.IPrefixList): GatewayPrefixLists {
  if (s3 && dynamodb) return { s3: s3.prefixListId, dynamodb: dynamodb.prefixListId };
  const region = Stack.of(scope).region;
  const listOf = Token.isUnresolved(region) ? mapped(scope) : known(scope, region);
  return { s3: s3?.prefixListId ?? listOf('s3'), dynamodb: dynamodb?.prefixListId ?? listOf('dynamodb') };
}

function known(scope: Construct, region: string): (service: 's3' | 'dynamodb') => string {
  const lists = PREFIX_LISTS[region];
  if (!lists) {
    throw new Error(`${scope.node.path}: the prefix lists of S3 and DynamoDB are not known for region '${region}'. `
      + `Find them with \`aws ec2 describe-prefix-lists --region ${region}\` and pass s3PrefixList and dynamodbPrefixList.`);
  }
  return service => lists[service];
}

/** In a stack for any region the choice is left to CloudFormation. */
function mapped(scope: Construct): (service: 's3' | 'dynamodb') => string {
  const mapping = new CfnMapping(scope, 'PrefixLists', { mapping: PREFIX_LISTS as Record<string, Record<string, string>> });
  return service => mapping.findInMap(Stack.of(scope).region, service);
}
