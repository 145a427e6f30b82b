import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EndpointPolicy, imageLayers } from './endpoint-policy';

export interface NetworkEndpointsProps {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  /** Who may use the interface endpoints. Without it there are none: workers reach these services through the internet. */
  readonly securityGroup?: ec2.ISecurityGroup;
}

/**
 * The AWS services that a worker without internet reaches. ECS itself is not among them: from platform version 1.4 on, Fargate talks to
 * it outside the task's network (ECS developer guide, "Interface VPC endpoints").
 */
export class NetworkEndpoints extends Construct {
  public readonly s3: EndpointPolicy;
  public readonly dynamodb: EndpointPolicy;
  public readonly sqs?: EndpointPolicy;

  constructor(scope: Construct, id: string, private readonly props: NetworkEndpointsProps) {
    super(scope, id);
    const { InterfaceVpcEndpointAwsService: interfaces, GatewayVpcEndpointAwsService: gateways } = ec2;
    this.s3 = this.addGateway('S3', gateways.S3, new EndpointPolicy(this, 's3', [imageLayers(this)]));
    this.dynamodb = this.addGateway('DynamoDb', gateways.DYNAMODB, new EndpointPolicy(this, 'dynamodb'));
    if (!props.securityGroup) return;
    this.sqs = this.addInterface('Sqs', interfaces.SQS, new EndpointPolicy(this, 'sqs'));
    this.addInterface('EcrApi', interfaces.ECR, new EndpointPolicy(this, 'ecr'));
    this.addInterface('EcrDocker', interfaces.ECR_DOCKER, new EndpointPolicy(this, 'ecr'));
    this.addInterface('Logs', interfaces.CLOUDWATCH_LOGS, new EndpointPolicy(this, 'logs'));
  }

  private addGateway(id: string, service: ec2.GatewayVpcEndpointAwsService, policy: EndpointPolicy): EndpointPolicy {
    const { vpc, subnets } = this.props;
    return govern(new ec2.GatewayVpcEndpoint(this, id, { vpc, service, subnets: [subnets] }), policy);
  }

  private addInterface(id: string, service: ec2.InterfaceVpcEndpointAwsService, policy: EndpointPolicy): EndpointPolicy {
    const { vpc, subnets, securityGroup } = this.props;
    // `open` would let the whole VPC in; the rule between the two security groups lets the workers in.
    const endpoint = new ec2.InterfaceVpcEndpoint(this, id, { vpc, service, subnets, securityGroups: [securityGroup!], open: false });
    return govern(endpoint, policy);
  }
}

function govern(endpoint: ec2.VpcEndpoint, policy: EndpointPolicy): EndpointPolicy {
  (endpoint.node.defaultChild as ec2.CfnVPCEndpoint).policyDocument = policy.render();
  return policy;
}
