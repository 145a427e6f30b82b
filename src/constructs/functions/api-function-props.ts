import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IVideoCatalog } from '../storage/video-catalog';

/** What the functions behind the API have in common. */
export interface ApiFunctionProps {
  /** Where videos are recorded. */
  readonly catalog: IVideoCatalog;

  /**
   * Origins of pages served elsewhere whose scripts may read the answers; give `VideoApi` the same ones.
   *
   * @default - none: pages behind the same distribution need no CORS
   */
  readonly allowedOrigins?: string[];

  /**
   * CloudWatch namespace of the platform's metrics.
   *
   * @default 'VideoPlatform'
   */
  readonly metricsNamespace?: string;

  /**
   * Least severe level that is logged: DEBUG, INFO, WARN or ERROR.
   *
   * @default 'INFO'
   */
  readonly logLevel?: string;

  /**
   * Reserved concurrency: executions set aside for this function, and its upper limit.
   *
   * @default - it shares the account's
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The key that logs are encrypted with. Its policy is extended so that CloudWatch Logs may use it.
   *
   * @default - a new key, rotated every year
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * What happens to the log group and its key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
