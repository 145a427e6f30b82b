import { Resource } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { MEDIA_PREFIX, METADATA_PREFIX, OBJECT_CREATED, S3_EVENT_SOURCE, UPLOADS_PREFIX } from '../../runtime/contract';
import { grantExactly, grantKeyThrough } from '../shared/exact-grant';

/** A bucket that holds sources (`uploads/`), renditions (`media/`) and metadata documents (`metadata/`). */
export interface IVideoBucket extends IConstruct {
  /** The bucket itself. */
  readonly bucket: s3.IBucket;

  /** The key that objects are encrypted with, unless S3's own keys are used. */
  readonly encryptionKey?: kms.IKey;

  /**
   * Lets a principal store sources: `s3:PutObject`, `s3:ListMultipartUploadParts` and `s3:AbortMultipartUpload` on `uploads/*`, and the
   * key's use through S3; a multipart upload is completed with `kms:Decrypt` (Amazon S3 user guide, "Multipart upload API and permissions").
   * The principal that signs upload forms and parts needs this; the browser that uses them needs nothing.
   *
   * Goes with the variable `VIDEO_BUCKET`.
   */
  grantUpload(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets a principal process videos: read sources, write media, abort its own multipart uploads, write and re-read
   * metadata documents. Listing is left out on purpose: an attacker who takes over a worker by a hostile file cannot enumerate the other
   * videos. S3 therefore answers 403, not 404, for an object that does not exist.
   *
   * Goes with the variable `VIDEO_BUCKET`.
   */
  grantProcessing(grantee: iam.IGrantable): iam.Grant;

  /**
   * A rule for every source that arrives, however it was uploaded (one request, form or multipart).
   *
   * @param id the rule's id in this scope, or in `crossStackScope`
   * @param options target, description and further pattern, and `crossStackScope` when the targets are in another stack; all optional
   */
  onSourceUploaded(id: string, options?: events.OnEventOptions): events.Rule;
}

const PREFIX_REASON = 'Object keys hold the video id, so access ends at the prefix that this service owns.';

/** What own and imported video buckets share. */
export abstract class VideoBucketBase extends Resource implements IVideoBucket {
  public abstract readonly bucket: s3.IBucket;
  public abstract readonly encryptionKey?: kms.IKey;

  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    return this.grantObjects(grantee, ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'], UPLOADS_PREFIX)
      .combine(this.grantKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']));
  }

  public grantProcessing(grantee: iam.IGrantable): iam.Grant {
    return this.grantObjects(grantee, ['s3:GetObject', 's3:GetObjectVersion'], UPLOADS_PREFIX)
      .combine(this.grantObjects(grantee, ['s3:PutObject', 's3:AbortMultipartUpload'], MEDIA_PREFIX))
      .combine(this.grantObjects(grantee, ['s3:GetObject', 's3:PutObject'], METADATA_PREFIX))
      .combine(this.grantKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']));
  }

  public onSourceUploaded(id: string, options: events.OnEventOptions = {}): events.Rule {
    const rule = new events.Rule(options.crossStackScope ?? this, id, {
      description: options.description ?? 'A source arrived in the video bucket',
      ruleName: options.ruleName,
      eventPattern: {
        source: [S3_EVENT_SOURCE],
        detailType: [OBJECT_CREATED],
        detail: { bucket: { name: [this.bucket.bucketName] }, object: { key: [{ prefix: UPLOADS_PREFIX }] } },
      },
    });
    if (options.eventPattern) rule.addEventPattern(options.eventPattern);
    if (options.target) rule.addTarget(options.target);
    return rule;
  }

  private grantObjects(grantee: iam.IGrantable, actions: string[], prefix: string): iam.Grant {
    return grantExactly(grantee, {
      actions,
      resourceArns: [this.bucket.arnForObjects(`${prefix}*`)],
      wildcardReason: PREFIX_REASON,
    });
  }

  private grantKey(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    if (!this.encryptionKey) return iam.Grant.drop(grantee, 'S3-managed encryption needs no key grant');
    return grantKeyThrough('s3', this.encryptionKey, grantee, actions);
  }
}
