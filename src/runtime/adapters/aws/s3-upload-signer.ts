import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { awsFailure } from './aws-failure';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { UploadForm, UploadFormRequest, UploadSigner } from '../../ports/upload-signer';

/** Longest life of an upload form. A form is a bearer credential: long enough to start an upload, too short to pass around. */
const MAX_UPLOAD_FORM_SECONDS = 15 * 60;

/** Upload forms that fix everything but the bytes: key, size range, type and metadata are conditions of the signed policy. */
export class S3UploadSigner implements UploadSigner {
  constructor(private readonly client: S3Client, private readonly bucket: string) {}

  async signForm(request: UploadFormRequest): Promise<UploadForm> {
    checkSeconds(request.seconds, MAX_UPLOAD_FORM_SECONDS, 'An upload form');
    if (request.key.includes('${')) {
      throw new PermanentError(FailureCode.STORAGE_KEY_INVALID, `An upload form fixes its key; '${request.key}' would let the browser choose it.`);
    }
    // The SDK makes an exact-match condition of every field, the key and the bucket; only the size needs its own.
    const { url, fields } = await signing('Signing an upload form', () => createPresignedPost(this.client, {
      Bucket: this.bucket,
      Key: request.key,
      Conditions: [['content-length-range', request.sizeBytes, request.sizeBytes]],
      Fields: { 'Content-Type': request.contentType, ...metadataFields(request.metadata) },
      Expires: request.seconds,
    }));
    return { url, fields, expiresAt: expiryOf(fields['X-Amz-Date'], request.seconds) };
  }
}

function metadataFields(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
}

/** From the signed date itself, so that what we promise and what S3 enforces agree to the second. */
function expiryOf(signedDate: string, seconds: number): Date {
  const iso = signedDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return new Date(new Date(iso).getTime() + seconds * 1000);
}

function checkSeconds(seconds: number, max: number, what: string): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= max) return;
  throw new PermanentError(FailureCode.SIGNATURE_LIFETIME_INVALID, `${what} lives 1 to ${max} seconds; got ${seconds}. Change the construct's expiry.`);
}

/** Signing reaches no network, but it needs credentials, and fetching those may fail. */
async function signing<T>(operation: string, sign: () => Promise<T>): Promise<T> {
  try {
    return await sign();
  } catch (error) {
    throw awsFailure(error, operation);
  }
}
