import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ANALYTICS_ENVIRONMENT } from '../../runtime/contract';
import { bindLibrary } from '../private/bindings';
import { createRuntimeFunction } from '../private/runtime-function';
import { known, validateRules } from '../private/validation';
import { IVideoBucket } from '../storage/video-bucket-base';
import { IVideoCatalog } from '../storage/video-catalog';

export interface AnalyticsFunctionProps {
  /** Whose media it signs addresses for. */
  readonly bucket: IVideoBucket;

  /** The videos it lists and counts. */
  readonly catalog: IVideoCatalog;

  /**
   * How long a playback address is valid: 1 minute to 6 hours. It also ends with the session of the role that signed it, which
   * Lambda may renew at any time; players ask for the playlist again.
   *
   * @default Duration.hours(1)
   */
  readonly playbackExpiry?: Duration;

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
   * Executions at once that are kept for, and the most allowed to, this function.
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
   * What becomes of the log group and its key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The analytics service: lists videos, counts views and likes, and serves playlists whose media addresses are presigned.
 *
 * Its role reads the catalog, updates counters and reads `media/`; sources and metadata documents are out of its reach.
 */
export class AnalyticsFunction extends Construct implements iam.IGrantable {
  public readonly function: lambda.Function;
  public readonly logGroup: logs.LogGroup;
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * @throws when `playbackExpiry` is outside its range.
   */
  constructor(scope: Construct, id: string, props: AnalyticsFunctionProps) {
    super(scope, id);
    const playbackExpiry = props.playbackExpiry ?? Duration.hours(1);
    validateRules(this, [{
      broken: known(playbackExpiry) && (playbackExpiry.toSeconds() < 60 || playbackExpiry.toSeconds() > 6 * 3600),
      message: () => `playbackExpiry must be from 1 minute to 6 hours, got ${playbackExpiry.toHumanString()}. `
        + 'A signature does not outlive the credentials of the function that made it.',
    }]);
    const logLevel = props.logLevel ?? 'INFO';

    const { function: handler, role, logGroup } = createRuntimeFunction<typeof ANALYTICS_ENVIRONMENT>(this, {
      service: 'analytics',
      description: 'Lists videos, counts views and likes, signs playback',
      logLevel,
      environment: grantee => ({
        ...bindLibrary(grantee, props.bucket, props.catalog),
        METRICS_NAMESPACE: props.metricsNamespace ?? 'VideoPlatform',
        LOG_LEVEL: logLevel,
        ALLOWED_ORIGINS: Stack.of(this).toJsonString(props.allowedOrigins ?? []),
        PLAYBACK_EXPIRY_SECONDS: playbackExpiry.toSeconds().toString(),
      }),
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      logEncryptionKey: props.logEncryptionKey,
      logRetention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });

    this.function = handler;
    this.logGroup = logGroup;
    this.grantPrincipal = role;
  }
}
