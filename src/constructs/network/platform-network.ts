import { Fn, RemovalPolicy, Resource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, Dependable, IConstruct } from 'constructs';
import { FlowLogs } from './flow-logs';
import { IsolatedVpc } from './isolated-vpc';
import { NetworkEndpoints } from './network-endpoints';
import { HTTPS, workerSecurityGroup } from './worker-security-group';
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
   * Exactly three availability zones.
   *
   * @default - the first three that the region offers the account, chosen at deployment; no look-up at synthesis
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

const ZONES = 3;
const CIDR = /^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2[0-4])$/;

/**
 * A network for code that opens files of strangers: three zones of isolated subnets, no internet in or out.
 *
 * S3 and DynamoDB are reached through gateway endpoints, SQS, ECR, CloudWatch Logs and KMS through interface endpoints, and security groups
 * let out nothing else. Endpoints serve principals and resources of this account only; {@link restrictEndpoints} narrows them to
 * one platform's. Five interface endpoints in three zones cost about 0.15 USD per hour in us-east-1.
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
  /** Who may use the interface endpoints. */
  public readonly endpointsSecurityGroup: ec2.ISecurityGroup;
  /** Where flow logs are kept. */
  public readonly flowLogGroup: logs.ILogGroup;
  private readonly endpoints: NetworkEndpoints;

  constructor(scope: Construct, id: string, props: PlatformNetworkProps = {}) {
    super(scope, id);
    const cidr = props.cidr ?? '10.0.0.0/16';
    // Chosen by CloudFormation: a stack's own list is a look-up when its environment is explicit.
    const availabilityZones = props.availabilityZones ?? [0, 1, 2].map(index => Fn.select(index, Fn.getAzs()));
    validate(this, cidr, availabilityZones);

    const isolated = new IsolatedVpc(this, 'Vpc', { cidr, availabilityZones });
    if (props.availabilityZones) {
      acknowledgeFinding(isolated, ['CloudFormation-Validate::W3010'], 'The zones are pinned because availabilityZones was given.');
    }
    this.vpc = isolated.vpc;
    this.workerSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    this.flowLogGroup = new FlowLogs(this, 'FlowLogs', {
      vpc: isolated.resource,
      encryptionKey: props.flowLogEncryptionKey,
      retention: props.flowLogRetention,
      removalPolicy: props.removalPolicy,
    }).logGroup;

    this.endpointsSecurityGroup = new ec2.SecurityGroup(this, 'EndpointsSecurityGroup', {
      vpc: this.vpc,
      description: 'Interface endpoints of the video platform',
      allowAllOutbound: false,
    });
    this.workerSecurityGroup = workerSecurityGroup(this, 'WorkerSecurityGroup', { ...props, vpc: this.vpc, cidr: undefined });
    this.workerSecurityGroup.addEgressRule(this.endpointsSecurityGroup, HTTPS, 'Interface endpoints');
    this.endpointsSecurityGroup.addIngressRule(this.workerSecurityGroup, HTTPS, 'Workers');
    this.endpoints = new NetworkEndpoints(this, 'Endpoints', {
      vpc: this.vpc, subnets: this.workerSubnets, securityGroup: this.endpointsSecurityGroup,
    });
    acknowledgeDefaultSecurityGroup(this);
    // Who depends on the network waits for the way to AWS, not for the flow logs.
    Dependable.implement(this, {
      dependencyRoots: [isolated, this.endpoints, this.endpointsSecurityGroup, this.workerSecurityGroup],
    });
  }

  /**
   * Narrows the S3, SQS and DynamoDB endpoints to these resources, and those of earlier calls. ECR's own bucket of image layers stays
   * reachable. Bucket, queue and table must be in the network's stack or in one that it may depend on.
   */
  public restrictEndpoints(restriction: EndpointRestriction): void {
    const { bucket: { bucket }, queue: { queue }, catalog: { table } } = restriction;
    this.endpoints.s3.allowOnly(bucket.bucketArn, bucket.arnForObjects('*'));
    this.endpoints.sqs.allowOnly(queue.queueArn);
    this.endpoints.dynamodb.allowOnly(table.tableArn);
  }
}

function validate(scope: Construct, cidr: string, availabilityZones: string[]): void {
  validateRules(scope, [
    {
      broken: known(cidr) && !CIDR.test(cidr),
      message: () => `cidr must be an IPv4 range with a prefix from /16 to /24, got '${cidr}'. A VPC is at most a /16, and smaller than a /24 `
        + 'leaves too few IP addresses for tasks and endpoints in three zones.',
    },
    {
      broken: known(availabilityZones) && availabilityZones.length !== ZONES,
      message: () => `availabilityZones must name exactly ${ZONES} zones, got ${availabilityZones.length} (${availabilityZones.join(', ')}). `
        + 'In a region with fewer, bring a VPC of your own with PlatformNetwork.fromVpc.',
    },
  ]);
}

function acknowledgeDefaultSecurityGroup(scope: Construct): void {
  acknowledgeFinding(
    scope,
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map(pack => `${pack}-VPCDefaultSecurityGroupClosed`),
    'CloudFormation cannot change a default security group. Nothing is attached to it, and the VPC has no way to the internet.',
  );
}
