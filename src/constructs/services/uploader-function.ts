import { Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bindUploader } from './bindings';
import { DEFAULT_UPLOAD_BYTES, LARGEST_UPLOAD_BYTES, SMALLEST_UPLOAD_BYTES, UPLOADER_ENVIRONMENT } from '../../runtime/contract';
import { ApiFunctionProps } from '../functions/api-function-props';
import { createRuntimeFunction } from '../functions/runtime-function';
import { known, validateRules } from '../shared/validation';
import { IVideoBucket } from '../storage/video-bucket-base';

/** Properties of `UploaderFunction`. */
export interface UploaderFunctionProps extends ApiFunctionProps {
  /** Where sources are uploaded to. */
  readonly bucket: IVideoBucket;

  /**
   * Largest source accepted: 1 byte to 5 GiB, the most that S3 takes in one form upload.
   *
   * @default Size.mebibytes(500)
   */
  readonly maxUploadSize?: Size;

  /**
   * How long an upload form can be used: 1 to 15 minutes. The upload must begin in that time; it may end later.
   *
   * @default Duration.minutes(15)
   */
  readonly uploadExpiry?: Duration;
}

/**
 * The uploader: records a new video and hands out a form with which the browser uploads straight to the bucket. It also listens
 * for the object's arrival and marks the video QUEUED.
 *
 * Its role may add to the catalog and put objects below `uploads/`: a presigned form can do no more than its signer.
 */
export class UploaderFunction extends Construct implements iam.IGrantable {
  /** Answers the API's routes for uploads. */
  public readonly function: lambda.Function;
  /** Log of the function, one JSON object per line. */
  public readonly logGroup: logs.LogGroup;
  public readonly grantPrincipal: iam.IPrincipal;
  /** Largest file that it accepts. */
  public readonly maxUploadSize: Size;

  /**
   * @throws when a size or duration is outside the range that S3 or the platform allows.
   */
  constructor(scope: Construct, id: string, props: UploaderFunctionProps) {
    super(scope, id);
    const maxUploadSize = props.maxUploadSize ?? Size.bytes(DEFAULT_UPLOAD_BYTES);
    const uploadExpiry = props.uploadExpiry ?? Duration.minutes(15);
    validate(this, maxUploadSize, uploadExpiry);
    const { function: handler, role, logGroup } = createRuntimeFunction<typeof UPLOADER_ENVIRONMENT>(this, props, {
      service: 'uploader',
      description: 'Creates videos and hands out their uploads',
      environment: (grantee, common) => ({
        ...common,
        ...bindUploader(grantee, props.bucket, props.catalog),
        MAX_UPLOAD_BYTES: maxUploadSize.toBytes().toString(),
        UPLOAD_EXPIRY_SECONDS: uploadExpiry.toSeconds().toString(),
      }),
    });

    this.function = handler;
    this.maxUploadSize = maxUploadSize;
    this.logGroup = logGroup;
    this.grantPrincipal = role;
  }
}

function validate(scope: Construct, maxUploadSize: Size, uploadExpiry: Duration): void {
  const tooLarge = () => maxUploadSize.toBytes() > LARGEST_UPLOAD_BYTES;
  validateRules(scope, [
    {
      broken: !maxUploadSize.isUnresolved() && (maxUploadSize.toBytes() < SMALLEST_UPLOAD_BYTES || tooLarge()),
      message: () => `maxUploadSize must be from 1 byte to 5 GiB (S3 takes no more in one form upload), got ${maxUploadSize.toBytes()} bytes. `
        + 'Choose a size in that range, such as Size.mebibytes(500).',
    },
    {
      broken: known(uploadExpiry) && (uploadExpiry.toSeconds() < 60 || uploadExpiry.toSeconds() > 900),
      message: () => `uploadExpiry must be from 1 to 15 minutes, got ${uploadExpiry.toHumanString()}. `
        + 'A form is a key that anybody who holds it can use: keep it short.',
    },
  ]);
}
