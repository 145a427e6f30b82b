import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bindLibrary } from './bindings';
import { ANALYTICS_ENVIRONMENT } from '../../runtime/contract';
import { ApiFunctionProps } from '../functions/api-function-props';
import { createRuntimeFunction } from '../functions/runtime-function';
import { ISigningKeys } from '../secrets/signing-keys';
import { known, validateRules } from '../shared/validation';

/** Properties of `AnalyticsFunction`. */
export interface AnalyticsFunctionProps extends ApiFunctionProps {
  /** Keys that open media to viewers. */
  readonly signingKeys: ISigningKeys;

  /**
   * How long the cookies that open a video are valid: 1 minute to 6 hours. Players ask again before; a video that is deleted or no longer
   * shared stops within this time. A token in the path lives as much longer as the video lasts.
   *
   * @default Duration.hours(1)
   */
  readonly playbackExpiry?: Duration;
}

/**
 * The analytics service: lists videos, counts views and likes, and opens media to viewers.
 *
 * Its role reads the catalog, updates counters and reads the signing keys; the bucket is out of its reach.
 */
export class AnalyticsFunction extends Construct implements iam.IGrantable {
  /** Answers the API's routes for library and statistics. */
  public readonly function: lambda.Function;
  /** Log of the function, one JSON object per line. */
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
        + 'It is how long a video may still be watched after it has been deleted.',
    }]);
    const { function: handler, role, logGroup } = createRuntimeFunction<typeof ANALYTICS_ENVIRONMENT>(this, props, {
      service: 'analytics',
      description: 'Lists videos, counts views and likes, opens playback',
      environment: (grantee, common) => ({
        ...common,
        ...bindLibrary(grantee, props.catalog, props.signingKeys),
        PLAYBACK_EXPIRY_SECONDS: playbackExpiry.toSeconds().toString(),
      }),
    });

    this.function = handler;
    this.logGroup = logGroup;
    this.grantPrincipal = role;
  }
}
