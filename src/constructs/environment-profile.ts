import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';

/** Settings that differ between environments. */
export interface EnvironmentProfileOptions {
  /**
   * What happens to data and logs when the stack is deleted.
   *
   * @default - DESTROY for dev and uat, RETAIN_ON_UPDATE_OR_DELETE for prod: a first creation that fails leaves nothing behind that
   * blocks the next
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether catalog, user pool and stack refuse to be deleted.
   *
   * @default - true for prod
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether buckets are emptied when the stack is deleted, with all videos and access logs in them. It brings CDK's own function for that,
   * and needs RemovalPolicy.DESTROY. Without it `cdk destroy` leaves buckets with content and ends with DELETE_FAILED.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;

  /**
   * How long logs are kept.
   *
   * @default - a week for dev, a month for uat, a year for prod
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Fewest workers. With 0 none runs while there is no job.
   *
   * @default 0
   */
  readonly minTasks?: number;

  /**
   * Most workers.
   *
   * @default - 2 for dev, 4 for uat, 10 for prod
   */
  readonly maxTasks?: number;

  /**
   * Workers that run on demand before Spot capacity is used.
   *
   * @default 1
   */
  readonly onDemandBase?: number;

  /**
   * Share of the other workers that run on Spot capacity, percent.
   *
   * @default - 99 for dev, 70 for uat and prod
   */
  readonly spotPercentage?: number;

  /**
   * CPU units of a worker; 1024 are one vCPU. A new account may run 6 vCPU per region, so that a rolling deployment of one worker of 4 vCPU
   * beside a busy one does not fit (AWS Fargate service quotas).
   *
   * @default - 2048 for dev, 4096 for uat and prod
   */
  readonly cpu?: number;

  /**
   * Memory of a worker, MiB.
   *
   * @default 8192
   */
  readonly memoryLimitMiB?: number;

  /**
   * Zones of the network that the platform makes: 1, 2 or 3. See `PlatformNetworkProps.zones` for what fewer zones give up.
   *
   * @default - 2 for dev, where they cost nothing, 1 for uat, 2 for prod
   */
  readonly networkZones?: number;

  /**
   * Whether the network that the platform makes has interface endpoints. See `PlatformNetworkProps.interfaceEndpoints` for what
   * you give up without them.
   *
   * @default - false for dev, true for uat and prod
   */
  readonly interfaceEndpoints?: boolean;

  /**
   * Whether the API has a web ACL, about 11 USD per month. Without it requests may go round the distribution, nothing is filtered, and no
   * limit counts per viewer: the API's own throttle, over all viewers, holds.
   *
   * @default - false for dev, true for uat and prod
   */
  readonly apiWebAcl?: boolean;

  /**
   * Whether the platform makes a web ACL for the distribution when its stack is in us-east-1, about 10 USD per month. With the API's alone,
   * media and pages are served unfiltered; requests to the API still meet a limit per viewer.
   *
   * @default - false for dev and uat, true for prod
   */
  readonly distributionWebAcl?: boolean;

  /**
   * Least severe level that is logged: DEBUG, INFO, WARN or ERROR.
   *
   * @default - DEBUG for dev, INFO for uat and prod
   */
  readonly logLevel?: string;
}

const DEV: Required<EnvironmentProfileOptions> = {
  removalPolicy: RemovalPolicy.DESTROY,
  deletionProtection: false,
  autoDeleteObjects: false,
  logRetention: logs.RetentionDays.ONE_WEEK,
  minTasks: 0,
  maxTasks: 2,
  onDemandBase: 1,
  spotPercentage: 99,
  cpu: 2048,
  networkZones: 2,
  interfaceEndpoints: false,
  apiWebAcl: false,
  distributionWebAcl: false,
  memoryLimitMiB: 8192,
  logLevel: 'DEBUG',
};

const UAT: Required<EnvironmentProfileOptions> = {
  ...DEV,
  logRetention: logs.RetentionDays.ONE_MONTH,
  maxTasks: 4,
  cpu: 4096,
  networkZones: 1,
  interfaceEndpoints: true,
  apiWebAcl: true,
  spotPercentage: 70,
  logLevel: 'INFO',
};

const PROD: Required<EnvironmentProfileOptions> = {
  ...UAT,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  deletionProtection: true,
  logRetention: logs.RetentionDays.ONE_YEAR,
  maxTasks: 10,
  networkZones: 2,
  distributionWebAcl: true,
};

/**
 * How an environment differs from the others: in size, in cost, and in what survives deletion. Functions, workers, roles and routes
 * are the same in each; protection that is paid per month (zones, endpoints, web ACLs) is not.
 *
 * @example
 * EnvironmentProfile.dev({ maxTasks: 1 });
 */
export class EnvironmentProfile {
  /**
   * For developers: one worker on demand, others on Spot, a week of logs. Nothing outlives the stack; empty the buckets first or set
   * `autoDeleteObjects`.
   */
  public static dev(overrides: EnvironmentProfileOptions = {}): EnvironmentProfile {
    return new EnvironmentProfile('dev', { ...DEV, ...overrides });
  }

  /** For acceptance: as prod, smaller, and nothing that outlives the stack (buckets must be emptied first). */
  public static uat(overrides: EnvironmentProfileOptions = {}): EnvironmentProfile {
    return new EnvironmentProfile('uat', { ...UAT, ...overrides });
  }

  /** For viewers: data and logs outlive the stack, and nothing is deleted by accident. */
  public static prod(overrides: EnvironmentProfileOptions = {}): EnvironmentProfile {
    return new EnvironmentProfile('prod', { ...PROD, ...overrides });
  }

  /** What happens to data and logs when the stack is deleted. */
  public readonly removalPolicy: RemovalPolicy;
  /** Whether catalog, user pool and stack refuse to be deleted. */
  public readonly deletionProtection: boolean;
  /** Whether buckets are emptied when the stack is deleted. */
  public readonly autoDeleteObjects: boolean;
  /** How long logs are kept. */
  public readonly logRetention: logs.RetentionDays;
  /** Fewest workers. */
  public readonly minTasks: number;
  /** Most workers. */
  public readonly maxTasks: number;
  /** Workers that run on demand before Spot capacity is used. */
  public readonly onDemandBase: number;
  /** Share of the other workers that run on Spot capacity, percent. */
  public readonly spotPercentage: number;
  /** Zones of the network that the platform makes. */
  public readonly networkZones: number;
  /** Whether that network has interface endpoints. */
  public readonly interfaceEndpoints: boolean;
  /** Whether the API has a web ACL. */
  public readonly apiWebAcl: boolean;
  /** Whether the platform makes a web ACL for the distribution in us-east-1. */
  public readonly distributionWebAcl: boolean;
  /** CPU units of a worker. */
  public readonly cpu: number;
  /** Memory of a worker, MiB. */
  public readonly memoryLimitMiB: number;
  /** Least severe level that is logged. */
  public readonly logLevel: string;

  private constructor(
    /** `dev`, `uat` or `prod`. */
    public readonly name: string,
    settings: Required<EnvironmentProfileOptions>,
  ) {
    this.removalPolicy = settings.removalPolicy;
    this.deletionProtection = settings.deletionProtection;
    this.autoDeleteObjects = settings.autoDeleteObjects;
    this.logRetention = settings.logRetention;
    this.minTasks = settings.minTasks;
    this.maxTasks = settings.maxTasks;
    this.onDemandBase = settings.onDemandBase;
    this.spotPercentage = settings.spotPercentage;
    this.networkZones = settings.networkZones;
    this.interfaceEndpoints = settings.interfaceEndpoints;
    this.apiWebAcl = settings.apiWebAcl;
    this.distributionWebAcl = settings.distributionWebAcl;
    this.cpu = settings.cpu;
    this.memoryLimitMiB = settings.memoryLimitMiB;
    this.logLevel = settings.logLevel;
  }
}
