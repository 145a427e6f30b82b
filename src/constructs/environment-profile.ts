import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';

/** Settings that differ between environments. */
export interface EnvironmentProfileOptions {
  /**
   * What happens to data and logs when the stack is deleted.
   *
   * @default - DESTROY for dev and uat, RETAIN for prod
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether catalog, user pool and stack refuse to be deleted.
   *
   * @default - true for prod
   */
  readonly deletionProtection?: boolean;

  /**
   * How long logs are kept.
   *
   * @default - a week for dev, a month for uat, a year for prod
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Fewest workers. With 0 nothing runs, or costs, while there is no job.
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
   * @default - 0 for dev, 1 for uat and prod
   */
  readonly onDemandBase?: number;

  /**
   * Share of the other workers that run on Spot capacity, percent.
   *
   * @default - 100 for dev, 70 for uat and prod
   */
  readonly spotPercentage?: number;

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
  logRetention: logs.RetentionDays.ONE_WEEK,
  minTasks: 0,
  maxTasks: 2,
  onDemandBase: 0,
  spotPercentage: 100,
  logLevel: 'DEBUG',
};

const UAT: Required<EnvironmentProfileOptions> = {
  ...DEV,
  logRetention: logs.RetentionDays.ONE_MONTH,
  maxTasks: 4,
  onDemandBase: 1,
  spotPercentage: 70,
  logLevel: 'INFO',
};

const PROD: Required<EnvironmentProfileOptions> = {
  ...UAT,
  removalPolicy: RemovalPolicy.RETAIN,
  deletionProtection: true,
  logRetention: logs.RetentionDays.ONE_YEAR,
  maxTasks: 10,
};

/**
 * How an environment differs from the others of its kind: in size, cost and what survives, never in what it is made of.
 * The same resources with the same permissions stand in each, so that what was tried in one holds in the next.
 *
 * @example
 * EnvironmentProfile.dev({ maxTasks: 1 });
 */
export class EnvironmentProfile {
  /** For developers: Spot workers only, a week of logs, nothing that outlives the stack (buckets must be emptied first). */
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
  /** Least severe level that is logged. */
  public readonly logLevel: string;

  private constructor(
    /** `dev`, `uat` or `prod`. */
    public readonly name: string,
    settings: Required<EnvironmentProfileOptions>,
  ) {
    this.removalPolicy = settings.removalPolicy;
    this.deletionProtection = settings.deletionProtection;
    this.logRetention = settings.logRetention;
    this.minTasks = settings.minTasks;
    this.maxTasks = settings.maxTasks;
    this.onDemandBase = settings.onDemandBase;
    this.spotPercentage = settings.spotPercentage;
    this.logLevel = settings.logLevel;
  }
}
