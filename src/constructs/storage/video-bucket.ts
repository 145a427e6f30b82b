import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { deliverAccessLogs } from './access-log-delivery';
import { AccessLogsBucket } from './access-logs-bucket';
import { IVideoBucket, VideoBucketBase } from './video-bucket-base';
import { isBucketOrigin, UPLOADS_PREFIX } from '../../runtime/contract';
import { acknowledgeFinding } from '../shared/acknowledge';
import { known, validateRules } from '../shared/validation';

/** Whose key encrypts the objects. */
export enum VideoBucketEncryption {
  /** A customer managed KMS key with a bucket key: every use is in CloudTrail, and S3 asks KMS seldom enough to be cheap. */
  KMS = 'KMS',
  /** Keys that S3 manages (SSE-S3): no cost, no audit trail, no way to withdraw a key. */
  S3_MANAGED = 'S3_MANAGED',
}

/** Properties of {@link VideoBucket}. */
export interface VideoBucketProps {
  /**
   * Whose key encrypts the objects.
   *
   * @default VideoBucketEncryption.KMS
   */
  readonly encryption?: VideoBucketEncryption;

  /**
   * The KMS key to encrypt with. Not with `VideoBucketEncryption.S3_MANAGED`.
   *
   * @default - a new key, rotated every year, with the bucket's removal policy
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where S3 delivers access logs. Its policy must let `logging.s3.amazonaws.com` write; that of a bucket in the same app
   * is extended, an imported bucket's cannot be.
   *
   * @default - a new bucket, encrypted by S3
   */
  readonly accessLogsBucket?: s3.IBucket;

  /**
   * How long access logs are kept in the new logs bucket.
   *
   * @default Duration.days(365)
   */
  readonly accessLogsRetention?: Duration;

  /**
   * How long sources are kept after upload, in whole days.
   *
   * @default - for good, so that a video can be encoded again
   */
  readonly sourceRetention?: Duration;

  /**
   * Age in whole days at which a source moves to cheaper storage. Shorter than `sourceRetention`.
   *
   * @default - sources stay in S3 Standard
   */
  readonly sourceTransition?: Duration;

  /**
   * The storage class that sources move to.
   *
   * @default s3.StorageClass.GLACIER_INSTANT_RETRIEVAL
   */
  readonly sourceTransitionStorageClass?: s3.StorageClass;

  /**
   * How long a replaced or deleted object can still be brought back, in whole days.
   *
   * @default Duration.days(30)
   */
  readonly noncurrentVersionRetention?: Duration;

  /**
   * Origins whose pages may upload to and play from the bucket, such as `https://videos.example.com`.
   * One `*` may stand for a part of the host; the origin `*` alone is refused.
   *
   * @default - no CORS rule: browsers of no origin get access
   */
  readonly allowedOrigins?: string[];

  /**
   * What happens to bucket, logs and key when they leave the stack. A bucket with objects is never deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether all objects, and the access logs, are deleted before the bucket is, by CDK's own function. Needs RemovalPolicy.DESTROY.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;
}

/** An existing bucket to use as video bucket. */
export interface VideoBucketAttributes {
  /**
   * The bucket. "Send notifications to Amazon EventBridge" must be on, and for browser uploads its CORS rules must allow
   * `POST` from the page's origin.
   */
  readonly bucket: s3.IBucket;

  /**
   * The key that its objects are encrypted with; its policy must leave access to IAM.
   *
   * @default - the bucket's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/** IA and Glacier classes refuse, or charge as if kept, objects younger than this (S3 user guide, "Lifecycle transition constraints"). */
const INFREQUENT_ACCESS_MINIMUM_DAYS = 30;

/**
 * The private home of every byte of video: sources, renditions, metadata.
 *
 * Nothing in it is public, only TLS 1.2 or newer gets in, everything is encrypted, versioned and logged, and what an upload leaves
 * unfinished is swept away after a day. Objects announce themselves through EventBridge, which sees multipart uploads
 * as well, needs no custom resource and does not tie this bucket's key to a queue's.
 *
 * @example
 * new VideoBucket(this, 'Bucket', { allowedOrigins: ['https://videos.example.com'], sourceRetention: Duration.days(90) });
 */
export class VideoBucket extends VideoBucketBase {
  /** Uses an existing bucket; nothing of it is changed but what grants add. */
  public static fromBucket(scope: Construct, id: string, attrs: VideoBucketAttributes): IVideoBucket {
    class Import extends VideoBucketBase {
      public readonly bucket = attrs.bucket;
      public readonly encryptionKey = attrs.encryptionKey ?? attrs.bucket.encryptionKey;
    }
    return new Import(scope, id);
  }

  public readonly bucket: s3.IBucket;
  public readonly encryptionKey?: kms.IKey;
  /** Where S3 delivers this bucket's access logs. */
  public readonly accessLogsBucket: s3.IBucket;

  /**
   * @throws when lifetimes, storage class, encryption or removal policy contradict each other, or an allowed origin is malformed.
   */
  constructor(scope: Construct, id: string, props: VideoBucketProps = {}) {
    super(scope, id);
    validate(this, props);

    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.encryptionKey = this.chooseKey(props, removalPolicy);
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: this.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey: this.encryptionKey,
      bucketKeyEnabled: this.encryptionKey ? true : undefined,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: lifecycleRules(props),
      cors: corsRules(props.allowedOrigins),
      removalPolicy,
      autoDeleteObjects: props.autoDeleteObjects,
    });
    this.bucket = bucket;
    announceObjects(bucket);

    this.accessLogsBucket = props.accessLogsBucket
      ?? new AccessLogsBucket(this, 'AccessLogs', { retention: props.accessLogsRetention, removalPolicy, autoDeleteObjects: props.autoDeleteObjects }).bucket;
    deliverAccessLogs(bucket, this.accessLogsBucket, 'video-bucket/', 'S3DeliversAccessLogs');
    acknowledgeReplication(this);
  }

  private chooseKey(props: VideoBucketProps, removalPolicy: RemovalPolicy): kms.IKey | undefined {
    if (props.encryption === VideoBucketEncryption.S3_MANAGED) return undefined;
    return props.encryptionKey ?? new kms.Key(this, 'Key', {
      description: `Encrypts the videos of ${this.node.path}`,
      enableKeyRotation: true,
      removalPolicy,
    });
  }
}

/** CDK's `eventBridgeEnabled` adds a Lambda-backed custom resource; the property of the bucket itself needs none. */
function announceObjects(bucket: s3.Bucket): void {
  (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}

function lifecycleRules(props: VideoBucketProps): s3.LifecycleRule[] {
  return [
    {
      id: 'Sweep',
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      noncurrentVersionExpiration: props.noncurrentVersionRetention ?? Duration.days(30),
      expiredObjectDeleteMarker: true,
    },
    ...(props.sourceRetention || props.sourceTransition ? [{
      id: 'Sources',
      prefix: UPLOADS_PREFIX,
      expiration: props.sourceRetention,
      transitions: props.sourceTransition && [{
        storageClass: props.sourceTransitionStorageClass ?? s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
        transitionAfter: props.sourceTransition,
      }],
    }] : []),
  ];
}

function corsRules(allowedOrigins?: string[]): s3.CorsRule[] | undefined {
  if (!allowedOrigins?.length) return undefined;
  return [{
    allowedOrigins,
    // POST: upload forms; PUT: presigned parts; GET and HEAD: presigned segments.
    allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.POST, s3.HttpMethods.PUT],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag', 'Content-Range', 'Accept-Ranges'],
    maxAge: 3600,
  }];
}

function validate(scope: Construct, props: VideoBucketProps): void {
  const retention = props.sourceRetention;
  const transition = props.sourceTransition;
  const badOrigins = (props.allowedOrigins ?? []).filter(origin => known(origin) && !isBucketOrigin(origin));
  const infrequentAccess = [s3.StorageClass.INFREQUENT_ACCESS, s3.StorageClass.ONE_ZONE_INFREQUENT_ACCESS]
    .some(storageClass => storageClass.value === props.sourceTransitionStorageClass?.value);
  validateRules(scope, [
    {
      broken: props.encryption === VideoBucketEncryption.S3_MANAGED && props.encryptionKey !== undefined,
      message: () => 'encryptionKey was given together with VideoBucketEncryption.S3_MANAGED, which uses no key of yours. '
        + 'Remove one of the two.',
    },
    {
      broken: known(retention, transition) && transition!.toDays() >= retention!.toDays(),
      message: () => `sourceTransition must be shorter than sourceRetention, got ${transition!.toDays()} and `
        + `${retention!.toDays()} days. Sources would be deleted before they move; shorten the one or lengthen the other.`,
    },
    {
      broken: infrequentAccess && known(transition) && transition!.toDays() < INFREQUENT_ACCESS_MINIMUM_DAYS,
      message: () => `sourceTransition to ${props.sourceTransitionStorageClass} must be at least ${INFREQUENT_ACCESS_MINIMUM_DAYS} days, `
        + `got ${transition!.toDays()}. S3 refuses it sooner; wait longer or choose GLACIER_INSTANT_RETRIEVAL.`,
    },
    {
      broken: props.sourceTransitionStorageClass !== undefined && transition === undefined,
      message: () => `sourceTransitionStorageClass was given (${props.sourceTransitionStorageClass}) without sourceTransition. `
        + 'Say after how long sources move, or remove it.',
    },
    {
      broken: props.autoDeleteObjects === true && props.removalPolicy !== RemovalPolicy.DESTROY,
      message: () => `autoDeleteObjects empties a bucket that is deleted, got removalPolicy ${props.removalPolicy ?? RemovalPolicy.RETAIN}. `
        + 'Use RemovalPolicy.DESTROY, or leave it out.',
    },
    {
      broken: badOrigins.length > 0,
      message: () => `allowedOrigins must be of the form https://host[:port], got ${badOrigins.map(origin => `'${origin}'`).join(', ')}. `
        + 'Leave out paths and trailing slashes, and name hosts: any page could upload with a form it got hold of if all were allowed.',
    },
  ]);
}

function acknowledgeReplication(scope: Construct): void {
  acknowledgeFinding(
    scope,
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map(pack => `${pack}-S3BucketReplicationEnabled`),
    'Replication to a second region doubles the storage cost; versioning guards against loss until disaster recovery is switched on.',
  );
}
