import { randomUUID } from 'crypto';
import { JsonRecord } from './event-pattern';

export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  readonly sequencer: string;
  /** The call that made it, as S3 names it: `PutObject`, `POST Object`, `CopyObject` or `CompleteMultipartUpload`. */
  readonly reason: string;
  readonly requestId?: string;
  readonly sourceIp?: string;
}

export interface EventOrigin {
  readonly accountId: string;
  readonly region: string;
  readonly time: Date;
}

/** The event that S3 sends to EventBridge, field by field as the S3 user guide shows it. */
export function objectCreatedEvent(object: CreatedObject, origin: EventOrigin): JsonRecord {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: origin.accountId,
    // EventBridge gives whole seconds.
    time: origin.time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: origin.region,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: '0',
      bucket: { name: object.bucket },
      object: {
        key: object.key,
        size: object.size,
        // Without the quotes that the ETag header has.
        etag: object.etag.replace(/"/g, ''),
        ...object.versionId === undefined ? {} : { 'version-id': object.versionId },
        sequencer: object.sequencer,
      },
      'request-id': object.requestId ?? randomUUID().replace(/-/g, '').slice(0, 16).toUpperCase(),
      requester: origin.accountId,
      'source-ip-address': object.sourceIp ?? '127.0.0.1',
      reason: object.reason,
    },
  };
}
