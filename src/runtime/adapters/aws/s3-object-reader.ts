import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { awsFailure, isMissing } from './aws-failure';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { ObjectReader } from '../../ports/object-reader';

/** Small objects, whole, as text. */
export class S3ObjectReader implements ObjectReader {
  constructor(private readonly client: S3Client, private readonly bucket: string) {}

  async read(key: string, maxBytes: number): Promise<string | undefined> {
    try {
      const { Body, ContentLength } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      if (ContentLength === undefined || ContentLength > maxBytes) {
        // Unread bodies hold their connection until they are destroyed.
        await Body?.transformToWebStream().cancel();
        throw new PermanentError(FailureCode.OBJECT_TOO_LARGE, `${key} has ${ContentLength ?? 'unknown'} bytes; at most ${maxBytes} are read into memory.`);
      }
      return await Body!.transformToString('utf-8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw awsFailure(error, `GetObject ${key}`);
    }
  }
}
