import { CustomResource, Duration, FileSystem, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ConsoleConfig, ConsolePublication, PUBLISHER_ENVIRONMENT, RESOURCE_SERVER, SCOPE_UPLOAD, SCOPE_WATCH } from '../../runtime/contract';
import { createRuntimeFunction, runtimeAsset } from '../functions/runtime-function';
import { acknowledgeFinding } from '../shared/acknowledge';
import { grantExactly } from '../shared/exact-grant';
import { known, validateRules } from '../shared/validation';
import { deliverAccessLogs } from '../storage/access-log-delivery';
import { AccessLogsBucket } from '../storage/access-logs-bucket';

/** Properties of `WebConsole`. */
export interface WebConsoleProps {
  /**
   * How long files of an earlier version stay, for tabs that were opened before: 1 day to 10 years.
   *
   * @default Duration.days(30)
   */
  readonly keepOldFiles?: Duration;

  /**
   * Where S3 delivers access logs of the bucket.
   *
   * @default - a bucket is created
   */
  readonly accessLogsBucket?: s3.IBucket;

  /**
   * Key for the function's log group; its policy is extended for CloudWatch Logs.
   *
   * @default - a key is created
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What happens to the bucket and the log group when they leave the stack. With DESTROY the bucket is emptied first: everything in it can be made again.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What the console has to know of its environment. */
export interface WebConsoleSettings {
  /** The pool that its users are in. */
  readonly userPool: cognito.IUserPool;

  /** The client that it signs in with; its callback URLs must name the page's own URL with a slash at the end. */
  readonly userPoolClient: cognito.IUserPoolClient;

  /** Origin of the pool's sign-in page: `https://PREFIX.auth.REGION.amazoncognito.com`, or a domain of your own. */
  readonly signInUrl: string;

  /** Largest file that the uploader accepts. */
  readonly maxUploadSize: Size;
}

const MOST_DAYS = 3650;

/**
 * The web console: its files in a private bucket, for a `VideoDistribution` to serve. One build serves every environment; what differs
 * stands in `config.json`.
 *
 * A function of this library puts the files there, because it already has them: they are part of its own code. It can read and write
 * this bucket and nothing else, and it runs when a deployment changes the console.
 *
 * @example
 * const webConsole = new WebConsole(this, 'Console');
 * const distribution = new VideoDistribution(this, 'Distribution', { mediaBucket, consoleBucket: webConsole.bucket });
 * webConsole.publish({ userPool, userPoolClient, signInUrl: userPoolDomain.baseUrl(), maxUploadSize: Size.mebibytes(500) });
 */
export class WebConsole extends Construct {
  /** Pass it to `VideoDistribution`. */
  public readonly bucket: s3.Bucket;
  /** Publishes the files. */
  public readonly function: lambda.Function;
  /** Log of that function. */
  public readonly logGroup: logs.LogGroup;

  private readonly removalPolicy: RemovalPolicy;
  private readonly role: iam.Role;
  private published = false;

  /**
   * @throws when `keepOldFiles` is out of range.
   */
  constructor(scope: Construct, id: string, props: WebConsoleProps = {}) {
    super(scope, id);
    const keep = props.keepOldFiles ?? Duration.days(30);
    validateRules(this, [{
      broken: known(keep) && !isWholeDays(keep),
      message: () => `keepOldFiles must be 1 to ${MOST_DAYS} whole days, got ${keep.toHumanString()}. Tabs stay open for days; 30 is the default.`,
    }]);
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.bucket = this.createBucket(props);
    const { function: handler, role, logGroup } = createRuntimeFunction<typeof PUBLISHER_ENVIRONMENT>(this, props, {
      service: 'publisher',
      description: 'Publishes the web console',
      timeout: Duration.minutes(2),
      environment: (grantee, { LOG_LEVEL }) => {
        this.grantPublish(grantee);
        return { LOG_LEVEL, CONSOLE_BUCKET: this.bucket.bucketName, KEEP_DAYS: keep.toDays().toString() };
      },
    });
    this.function = handler;
    this.role = role;
    this.logGroup = logGroup;
    this.node.addValidation({
      validate: () => this.published ? [] : ['the console is never published: call publish() with its user pool and client, or leave the construct out.'],
    });
  }

  /**
   * Publishes the console for this environment, now and whenever a deployment changes it.
   *
   * @throws when it is called twice.
   */
  public publish(settings: WebConsoleSettings): void {
    validateRules(this, [{
      broken: this.published,
      message: () => 'publish() was called twice. One bucket holds one console; make another WebConsole for another environment.',
    }]);
    this.published = true;
    const publication: ConsolePublication = {
      Config: Stack.of(this).toJsonString(this.configOf(settings)),
      Build: FileSystem.fingerprint(runtimeAsset('publisher')),
      EmptyOnDelete: this.removalPolicy === RemovalPolicy.DESTROY ? 'true' : 'false',
    };
    const files = new CustomResource(this, 'Files', {
      resourceType: 'Custom::VideoConsole',
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...publication },
    });
    // What the function may do must exist before it is asked, and until it has emptied the bucket.
    files.node.addDependency(this.role, this.bucket);
  }

  private configOf({ userPool, userPoolClient, signInUrl, maxUploadSize }: WebConsoleSettings): ConsoleConfig {
    return {
      issuer: `https://${userPool.userPoolProviderName}`,
      clientId: userPoolClient.userPoolClientId,
      userPoolDomain: signInUrl,
      scopes: ['openid', 'email', `${RESOURCE_SERVER}/${SCOPE_UPLOAD}`, `${RESOURCE_SERVER}/${SCOPE_WATCH}`],
      maxUploadBytes: maxUploadSize.toBytes(),
      region: Stack.of(this).region,
    };
  }

  private createBucket(props: WebConsoleProps): s3.Bucket {
    const accessLogs = props.accessLogsBucket ?? new AccessLogsBucket(this, 'AccessLogs', { removalPolicy: this.removalPolicy }).bucket;
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ id: 'Sweep', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true }],
      removalPolicy: this.removalPolicy,
    });
    deliverAccessLogs(bucket, accessLogs, 'console-bucket/', 'S3DeliversConsoleAccessLogs');
    const packs = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];
    acknowledgeFinding(bucket, packs.map(pack => `${pack}-S3DefaultEncryptionKMS`),
      'The files are the same for everybody and part of this package; S3 encrypts them itself.');
    acknowledgeFinding(bucket, packs.map(pack => `${pack}-S3BucketReplicationEnabled`), 'A deployment makes every file again, so a copy in another region protects nothing.');
    return bucket;
  }

  private grantPublish(grantee: iam.IRole): void {
    const destroys = this.removalPolicy === RemovalPolicy.DESTROY;
    grantExactly(grantee, {
      actions: ['s3:ListBucket', ...destroys ? ['s3:ListBucketVersions'] : []],
      resourceArns: [this.bucket.bucketArn],
    });
    grantExactly(grantee, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', ...destroys ? ['s3:DeleteObjectVersion'] : []],
      resourceArns: [this.bucket.arnForObjects('*')],
      wildcardReason: 'The console has its bucket for itself, and names of its files change with every build.',
    });
  }
}

function isWholeDays(duration: Duration): boolean {
  const days = duration.toDays({ integral: false });
  return Number.isInteger(days) && days >= 1 && days <= MOST_DAYS;
}
