import { Fn, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface WorkerVpcProps {
  readonly cidr: string;
  readonly availabilityZones: string[];
  /** Whether the subnets have a route to the internet. */
  readonly internet: boolean;
}

/**
 * A VPC with one subnet in each zone: isolated, or with a route to the internet.
 *
 * Made of L1 resources, because CDK's `Vpc` asks the stack for its zones, and a stack with an explicit environment answers that with a
 * look-up in the account: synthesis would need credentials.
 */
export class WorkerVpc extends Construct {
  public readonly vpc: ec2.IVpc;
  public readonly resource: ec2.CfnVPC;

  constructor(scope: Construct, id: string, props: WorkerVpcProps) {
    super(scope, id);
    this.resource = new ec2.CfnVPC(this, 'Resource', { cidrBlock: props.cidr, enableDnsHostnames: true, enableDnsSupport: true });
    Tags.of(this).add('Name', this.node.path);
    const subnets = props.availabilityZones.map((zone, index) => this.addSubnet(zone, index, props.cidr));
    if (props.internet) this.openToInternet(subnets.map(({ routes }) => routes));
    const [subnetIds, routeTableIds] = [subnets.map(({ subnet }) => subnet.ref), subnets.map(({ routes }) => routes.ref)];
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: this.resource.ref,
      vpcCidrBlock: props.cidr,
      availabilityZones: props.availabilityZones,
      ...props.internet
        ? { publicSubnetIds: subnetIds, publicSubnetRouteTableIds: routeTableIds }
        : { isolatedSubnetIds: subnetIds, isolatedSubnetRouteTableIds: routeTableIds },
    });
  }

  private openToInternet(routeTables: ec2.CfnRouteTable[]): void {
    const gateway = new ec2.CfnInternetGateway(this, 'InternetGateway');
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: this.resource.ref, internetGatewayId: gateway.ref,
    });
    routeTables.forEach((routes, index) => {
      const route = new ec2.CfnRoute(this, `DefaultRoute${index + 1}`, {
        routeTableId: routes.ref, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.ref,
      });
      route.addResourceDependency(attachment);
    });
  }

  private addSubnet(availabilityZone: string, index: number, cidr: string): { subnet: ec2.CfnSubnet; routes: ec2.CfnRouteTable } {
    const vpcId = this.resource.ref;
    const subnet = new ec2.CfnSubnet(this, `Subnet${index + 1}`, {
      vpcId,
      availabilityZone,
      cidrBlock: Fn.select(index, Fn.cidr(cidr, PARTS, String(32 - subnetPrefix(cidr)))),
      mapPublicIpOnLaunch: false,
    });
    const routes = new ec2.CfnRouteTable(this, `Routes${index + 1}`, { vpcId });
    new ec2.CfnSubnetRouteTableAssociation(this, `Association${index + 1}`, { subnetId: subnet.ref, routeTableId: routes.ref });
    return { subnet, routes };
  }
}

/** The block is cut in four: up to three zones, and what is left stays free for what may come. */
const PARTS = 4;

function subnetPrefix(cidr: string): number {
  return Number(cidr.split('/')[1]) + Math.log2(PARTS);
}
