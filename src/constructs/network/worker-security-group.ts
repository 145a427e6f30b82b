import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { gatewayPrefixLists } from './gateway-prefix-lists';

export interface WorkerSecurityGroupProps {
  readonly vpc: ec2.IVpc;
  readonly s3PrefixList?: ec2.IPrefixList;
  readonly dynamodbPrefixList?: ec2.IPrefixList;
  /** Range of the VPC, when any endpoint in it may be reached. */
  readonly cidr?: string;
  /** Whether HTTPS to any IP address is let out. */
  readonly internet?: boolean;
}

export const HTTPS = ec2.Port.tcp(443);

/**
 * Nothing in, HTTPS to the gateway endpoints out.
 *
 * The rules stand in the group itself: EC2 gives a group that is made without rules one that lets everything out, and
 * rules added as resources of their own, which is all that CDK does for prefix lists, do not take it away.
 */
export function workerSecurityGroup(scope: Construct, id: string, props: WorkerSecurityGroupProps): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, id, {
    vpc: props.vpc,
    description: 'Workers of the video platform: nothing in, HTTPS out to AWS endpoints',
    allowAllOutbound: false,
  });
  if (props.internet) {
    (group.node.defaultChild as ec2.CfnSecurityGroup).securityGroupEgress = [
      httpsTo({ cidrIp: '0.0.0.0/0', description: 'AWS services, through the internet' }),
    ];
    return group;
  }
  const { s3, dynamodb } = gatewayPrefixLists(scope, props.s3PrefixList, props.dynamodbPrefixList);
  (group.node.defaultChild as ec2.CfnSecurityGroup).securityGroupEgress = [
    httpsTo({ destinationPrefixListId: s3, description: 'S3 gateway endpoint' }),
    httpsTo({ destinationPrefixListId: dynamodb, description: 'DynamoDB gateway endpoint' }),
    ...(props.cidr ? [httpsTo({ cidrIp: props.cidr, description: 'Endpoints in the VPC' })] : []),
  ];
  return group;
}

function httpsTo(destination: Omit<ec2.CfnSecurityGroup.EgressProperty, 'ipProtocol'>): ec2.CfnSecurityGroup.EgressProperty {
  return { ipProtocol: 'tcp', fromPort: 443, toPort: 443, ...destination };
}
