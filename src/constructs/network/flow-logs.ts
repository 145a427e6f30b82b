import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createEncryptedLogGroup, EncryptedLogGroupProps } from '../shared/encrypted-log-group';
import { ServiceRole } from '../shared/service-role';

export interface FlowLogsProps extends EncryptedLogGroupProps {
  readonly vpc: ec2.CfnVPC;
}

/** Who talked to whom in the network, accepted and refused, in an encrypted log group. */
export class FlowLogs extends Construct {
  public readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    this.logGroup = createEncryptedLogGroup(this, 'Log', props);
    const stack = Stack.of(this);
    const role = new ServiceRole(this, 'Role', {
      service: 'vpc-flow-logs.amazonaws.com',
      description: 'Writes the flow logs of the video platform network',
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' }) },
      },
    });
    role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [this.logGroup.logGroupArn],
    }));
    const flowLog = new ec2.CfnFlowLog(this, 'Resource', {
      resourceType: 'VPC',
      resourceId: props.vpc.ref,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: this.logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    // Until the role may write, deliveries of the first minutes are lost.
    flowLog.node.addDependency(role);
  }
}
