import { Fn, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface IsolatedVpcProps {
  readonly cidr: string;
  readonly availabilityZones: string[];
}

/**
 * A VPC of isolated subnets, one in each zone, without a way to the internet.
 *
 * Made of L1 resources, because CDK's `Vpc` asks the stack for its zones, and a stack with an explicit environment answers that with a
 * look-up in the account: synthesis would need credentials.
 */
export class IsolatedVpc extends Construct {
  public readonly vpc: ec2.IVpc;
  public readonly resource: ec2.CfnVPC;

  constructor(scope: Construct, id: string, props: IsolatedVpcProps) {
    super(scope, id);
    this.resource = new ec2.CfnVPC(this, 'Resource', { cidrBlock: props.cidr, enableDnsHostnames: true, enableDnsSupport: true });
    Tags.of(this).add('Name', this.node.path);
    const subnets = props.availabilityZones.map((zone, index) => this.addSubnet(zone, index, props.cidr));
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: this.resource.ref,
      vpcCidrBlock: props.cidr,
      availabilityZones: props.availabilityZones,
      isolatedSubnetIds: subnets.map(({ subnet }) => subnet.ref),
      isolatedSubnetRouteTableIds: subnets.map(({ routes }) => routes.ref),
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

/** The block is cut in four: three zones and one part left for what may come. */
const PARTS = 4;

function subnetPrefix(cidr: string): number {
  return Number(cidr.split('/')[1]) + Math.log2(PARTS);
}
