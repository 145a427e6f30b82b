/** A bucket as the synthesized template defines it. */
export interface BucketDefinition {
  readonly name: string;
  readonly arn: string;
  readonly versioned: boolean;
  readonly corsRules?: readonly CorsRule[];
  /** KMS key of the bucket's default encryption; SSE-S3 without one. */
  readonly encryptionKeyArn?: string;
  /** Whether the bucket uses an S3 Bucket Key, which decides the KMS encryption context. */
  readonly bucketKeyEnabled?: boolean;
  /** Whether object events go to EventBridge. */
  readonly eventBridge: boolean;
}

/** `CorsConfiguration.CorsRules` of AWS::S3::Bucket. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders?: readonly string[];
  readonly exposedHeaders?: readonly string[];
  /** Seconds a browser may keep the preflight answer. */
  readonly maxAge?: number;
}

/** What EventBridge's "Object Created" event is made of. */
export interface ObjectCreated {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly size: number;
  readonly etag: string;
  /** Hexadecimal; of two events of one key, the later write has the greater one. */
  readonly sequencer: string;
  readonly reason: CreationReason;
  readonly requestId: string;
  readonly time: Date;
}

export type CreationReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = typeof CHECKSUM_ALGORITHMS[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** What a client says about an object and gets back with it. */
export interface ObjectAttributes {
  /** `content-type`, `cache-control` and the like, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by name without its `x-amz-meta-` prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that holds a run of an object's bytes; a multipart object has one for each part. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

export interface ObjectVersion {
  readonly versionId: string;
  readonly deleteMarker: false;
  /** ISO 8601, whole seconds as S3 keeps them. */
  readonly lastModified: string;
  readonly sequencer: string;
  /** Without the quotes. */
  readonly etag: string;
  readonly size: number;
  /** Paths relative to the object's directory. */
  readonly segments: readonly Segment[];
  readonly attributes: ObjectAttributes;
  readonly checksum?: Checksum;
}

export interface DeleteMarker {
  readonly versionId: string;
  readonly deleteMarker: true;
  readonly lastModified: string;
  readonly sequencer: string;
}

export type Version = ObjectVersion | DeleteMarker;

/** A key and its versions, newest first; never empty. */
export interface ObjectRecord {
  readonly key: string;
  readonly versions: readonly Version[];
}

/** The version id of objects in a bucket without versioning. */
export const NULL_VERSION = 'null';
