import { Fn, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, Dependable, IConstruct } from 'constructs';
import { FlowLogs } from './flow-logs';
import { NetworkEndpoints } from './network-endpoints';
import { HTTPS, workerSecurityGroup } from './worker-security-group';
import { WorkerVpc } from './worker-vpc';
import { AWS_NAMES } from '../../runtime/contract';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { acknowledgeFinding } from '../shared/acknowledge';
import { known, validateRules } from '../shared/validation';
import { IVideoBucket } from '../storage/video-bucket-base';
import { IVideoCatalog } from '../storage/video-catalog';

/** Where workers run. */
export interface IPlatformNetwork extends IConstruct {
  /** The VPC. */
  readonly vpc: ec2.IVpc;

  /** The subnets that workers start in. */
  readonly workerSubnets: ec2.SubnetSelection;

  /** What workers may reach. Nothing may reach them. */
  readonly workerSecurityGroup: ec2.ISecurityGroup;

  /**
   * Whether a worker gets a public IP address while it runs: the way out of public subnets.
   *
   * @default false
   */
  readonly assignPublicIp?: boolean;
}

/** Properties of {@link PlatformNetwork}. */
export interface PlatformNetworkProps {
  /**
   * IP address range of the VPC, with a prefix from /16 to /24. Three quarters become subnets, the last stays free.
   *
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string;

  /**
   * Zones that workers are spread over: 1, 2 or 3. Each costs four interface endpoints, about 29 USD per month in us-east-1. With one zone
   * no job is started while that zone is down; nothing is lost, jobs wait.
   *
   * @default - as many as `availabilityZones` names, else 3 (2 in us-west-1, where accounts get no more)
   */
  readonly zones?: number;

  /**
   * Whether SQS, ECR and CloudWatch Logs are reached through interface endpoints. Without them subnets are public and a worker has a public
   * IP address while it runs (0.005 USD per hour): nothing can connect to it, but code that a hostile file takes over can send over
   * HTTPS to any IP address. An idle network then costs nothing.
   *
   * @default true
   */
  readonly interfaceEndpoints?: boolean;

  /**
   * The availability zones: one to three.
   *
   * @default - the first `zones` that the region offers the account, chosen at deployment; no look-up at synthesis
   */
  readonly availabilityZones?: string[];

  /**
   * Prefix list of the S3 gateway endpoint.
   *
   * @default - the list of the stack's region; regions that the library does not know need this prop
   */
  readonly s3PrefixList?: ec2.IPrefixList;

  /**
   * Prefix list of the DynamoDB gateway endpoint.
   *
   * @default - the list of the stack's region; regions that the library does not know need this prop
   */
  readonly dynamodbPrefixList?: ec2.IPrefixList;

  /**
   * How long flow logs are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;

  /**
   * The key that flow logs are encrypted with. Its policy is extended so that CloudWatch Logs may use it.
   *
   * @default - a new key, rotated every year
   */
  readonly flowLogEncryptionKey?: kms.IKey;

  /**
   * What happens to the flow logs and their key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** An existing VPC to run workers in. */
export interface PlatformNetworkAttributes {
  /** The VPC. Workers must reach S3, DynamoDB, SQS, ECR and CloudWatch Logs from it: by endpoints, or by a NAT gateway. */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets that workers start in.
   *
   * @default - the isolated subnets if there are any, else the private ones
   */
  readonly workerSubnets?: ec2.SubnetSelection;

  /**
   * What workers may reach. With a NAT gateway instead of endpoints, pass a group that lets HTTPS out.
   *
   * @default - a new group: HTTPS to the VPC's own IP addresses and to the S3 and DynamoDB gateway endpoints
   */
  readonly workerSecurityGroup?: ec2.ISecurityGroup;

  /**
   * Prefix list of the S3 gateway endpoint, for the new security group.
   *
   * @default - the list of the stack's region
   */
  readonly s3PrefixList?: ec2.IPrefixList;

  /**
   * Prefix list of the DynamoDB gateway endpoint, for the new security group.
   *
   * @default - the list of the stack's region
   */
  readonly dynamodbPrefixList?: ec2.IPrefixList;
}

/** What the endpoints of a network shall be narrowed to. */
export interface EndpointRestriction {
  /** The bucket that S3 requests may name. */
  readonly bucket: IVideoBucket;

  /** The queue that SQS requests may name. */
  readonly queue: IProcessingQueue;

  /** The table that DynamoDB requests may name. */
  readonly catalog: IVideoCatalog;
}

const MOST_ZONES = 3;
const TWO_ZONES_REGION = AWS_NAMES.twoZonesRegion.value;
const CIDR = /^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2[0-4])$/;

/**
 * A network for code that opens files of strangers: isolated subnets, no internet in or out unless `interfaceEndpoints` is false.
 *
 * S3 and DynamoDB are reached through gateway endpoints, SQS, ECR and CloudWatch Logs through interface endpoints, and security groups
 * let out nothing else. Endpoints serve principals and resources of this account only; {@link restrictEndpoints} narrows them to
 * one platform's. Four interface endpoints in three zones cost about 88 USD per month in us-east-1. Several platforms can share one network.
 *
 * @example
 * const network = new PlatformNetwork(this, 'Network');
 * network.restrictEndpoints({ bucket, queue, catalog });
 */
export class PlatformNetwork extends Resource implements IPlatformNetwork {
  /** Uses an existing VPC; nothing is added to it but a security group, unless one is given. */
  public static fromVpc(scope: Construct, id: string, attrs: PlatformNetworkAttributes): IPlatformNetwork {
    class Import extends Resource implements IPlatformNetwork {
      public readonly vpc = attrs.vpc;
      public readonly workerSubnets = attrs.workerSubnets ?? {
        subnetType: attrs.vpc.isolatedSubnets.length > 0 ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PRIVATE_WITH_EGRESS,
      };
      public readonly workerSecurityGroup = attrs.workerSecurityGroup ?? workerSecurityGroup(this, 'WorkerSecurityGroup', { ...attrs, cidr: attrs.vpc.vpcCidrBlock });
    }
    return new Import(scope, id);
  }

  public readonly vpc: ec2.IVpc;
  public readonly workerSubnets: ec2.SubnetSelection;
  public readonly workerSecurityGroup: ec2.ISecurityGroup;
  public readonly assignPublicIp?: boolean;
  /** Who may use the interface endpoints, if there are any. */
  public readonly endpointsSecurityGroup?: ec2.ISecurityGroup;
  /** Where flow logs are kept. */
  public readonly flowLogGroup: logs.ILogGroup;
  private readonly endpoints: NetworkEndpoints;

  /**
   * @throws when `cidr`, `zones` or `availabilityZones` contradict each other or what the region offers, or the region has no known prefix
   * lists and none are given.
   */
  constructor(scope: Construct, id: string, props: PlatformNetworkProps = {}) {
    super(scope, id);
    const cidr = props.cidr ?? '10.0.0.0/16';
    // Chosen by CloudFormation: a stack's own list is a look-up when its environment is explicit.
    const { region } = Stack.of(this);
    const zones = props.zones ?? props.availabilityZones?.length ?? (region === TWO_ZONES_REGION ? 2 : MOST_ZONES);
    validate(this, cidr, zones, props.availabilityZones);
    const availabilityZones = props.availabilityZones ?? Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs()));
    const internet = props.interfaceEndpoints === false;

    const isolated = new WorkerVpc(this, 'Vpc', { cidr, availabilityZones, internet });
    if (props.availabilityZones) {
      acknowledgeFinding(isolated, ['CloudFormation-Validate::W3010'], 'The zones are pinned because availabilityZones was given.');
    }
    this.vpc = isolated.vpc;
    this.workerSubnets = { subnetType: internet ? ec2.SubnetType.PUBLIC : ec2.SubnetType.PRIVATE_ISOLATED };
    this.assignPublicIp = internet;
    this.flowLogGroup = new FlowLogs(this, 'FlowLogs', {
      vpc: isolated.resource,
      encryptionKey: props.flowLogEncryptionKey,
      retention: props.flowLogRetention,
      removalPolicy: props.removalPolicy,
    }).logGroup;

    this.workerSecurityGroup = workerSecurityGroup(this, 'WorkerSecurityGroup', { ...props, vpc: this.vpc, cidr: undefined, internet });
    this.endpointsSecurityGroup = internet ? undefined : this.endpointsGroup();
    this.endpoints = new NetworkEndpoints(this, 'Endpoints', {
      vpc: this.vpc, subnets: this.workerSubnets, securityGroup: this.endpointsSecurityGroup,
    });
    acknowledgeDefaultSecurityGroup(this);
    // Who depends on the network waits for the way to AWS, not for the flow logs.
    Dependable.implement(this, {
      dependencyRoots: [
        isolated, this.endpoints, this.workerSecurityGroup, ...this.endpointsSecurityGroup ? [this.endpointsSecurityGroup] : [],
      ],
    });
  }

  /**
   * Narrows the S3, SQS and DynamoDB endpoints to these resources, and those of earlier calls. ECR's own bucket of image layers stays
   * reachable. Bucket, queue and table must be in the network's stack or in one that it may depend on.
   */
  public restrictEndpoints(restriction: EndpointRestriction): void {
    const { bucket: { bucket }, queue: { queue }, catalog: { table } } = restriction;
    this.endpoints.s3.allowOnly(bucket.bucketArn, bucket.arnForObjects('*'));
    this.endpoints.sqs?.allowOnly(queue.queueArn);
    this.endpoints.dynamodb.allowOnly(table.tableArn);
  }

  private endpointsGroup(): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'EndpointsSecurityGroup', {
      vpc: this.vpc,
      description: 'Interface endpoints of the video platform',
      allowAllOutbound: false,
    });
    this.workerSecurityGroup.addEgressRule(group, HTTPS, 'Interface endpoints');
    group.addIngressRule(this.workerSecurityGroup, HTTPS, 'Workers');
    return group;
  }
}

function validate(scope: Construct, cidr: string, zones: number, availabilityZones: string[] | undefined): void {
  const { region } = Stack.of(scope);
  validateRules(scope, [
    {
      broken: known(cidr) && !CIDR.test(cidr),
      message: () => `cidr must be an IPv4 range with a prefix from /16 to /24, got '${cidr}'. A VPC is at most a /16, and smaller than a /24 `
        + 'leaves too few IP addresses for tasks and endpoints in three zones.',
    },
    {
      broken: known(zones) && !(Number.isInteger(zones) && zones >= 1 && zones <= MOST_ZONES),
      message: () => `zones must be 1, 2 or ${MOST_ZONES}, got ${zones}${availabilityZones ? ` (${availabilityZones.join(', ')})` : ''}. `
        + 'For more, bring a VPC of your own with PlatformNetwork.fromVpc.',
    },
    {
      broken: known(availabilityZones) && availabilityZones!.length !== zones,
      message: () => `availabilityZones must name as many zones as zones says, got ${availabilityZones!.length} and ${zones}. Leave out zones.`,
    },
    {
      broken: region === TWO_ZONES_REGION && zones > 2,
      message: () => `zones must be 1 or 2 in ${TWO_ZONES_REGION}, which offers two zones to an account, got ${zones}. Use zones: 2.`,
    },
  ]);
}

function acknowledgeDefaultSecurityGroup(scope: Construct): void {
  acknowledgeFinding(
    scope,
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map(pack => `${pack}-VPCDefaultSecurityGroupClosed`),
    'CloudFormation cannot change a default security group. Nothing is attached to it, and no rule of ours names it.',
  );
}
