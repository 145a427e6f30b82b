import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { awsFailure, isMissing, statusOf } from './aws-failure';
import { chunkCollector } from './chunk-collector';
import { meteredFile } from './metered-file';
import { MultipartUpload } from './s3-multipart-upload';
import { TransientError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { ObjectFacts, ObjectStore, ObjectVersion, TransferOptions, WriteOptions } from '../../ports/object-store';

export interface TransferSizes {
  /** Larger files go up in parts: S3 takes at most 5 GiB in one PUT, and a retry should be cheap. */
  readonly singlePutBytes: number;
  readonly partBytes: number;
}

/** 64 MiB × 10,000 parts = 625 GiB, more than any scratch has. */
const MEBIBYTE = 1024 * 1024;
const SIZES: TransferSizes = { singlePutBytes: 256 * MEBIBYTE, partBytes: 64 * MEBIBYTE };
/** Reads and writes of files: large enough to be few, small enough that a worker stays small. */
const CHUNK_BYTES = 256 * 1024;

/** The video bucket. Every body streams between a file and the wire; a stream is never replayed, so callers retry whole calls. */
export class S3ObjectStore implements ObjectStore {
  constructor(private readonly client: S3Client, private readonly bucket: string, private readonly sizes: TransferSizes = SIZES) {}

  async head({ key, versionId }: ObjectVersion): Promise<ObjectFacts | undefined> {
    try {
      const answer = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }));
      return {
        sizeBytes: answer.ContentLength ?? 0,
        etag: answer.ETag ?? '',
        versionId: answer.VersionId ?? versionId,
        metadata: answer.Metadata ?? {},
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw awsFailure(error, `Reading the facts of ${key}`);
    }
  }

  async download(
    object: ObjectVersion, facts: ObjectFacts, file: string, options: TransferOptions = {},
  ): Promise<{ readonly sha256: string }> {
    const hash = createHash('sha256');
    const collect = chunkCollector();
    let received = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        hash.update(chunk);
        collect(received);
        options.onProgress?.(received);
        done(null, chunk);
      },
    });
    try {
      const answer = await this.client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: object.key, VersionId: facts.versionId, IfMatch: facts.etag }),
        { abortSignal: options.signal },
      );
      await pipeline(answer.Body as Readable, meter, createWriteStream(file, { highWaterMark: CHUNK_BYTES }), { signal: options.signal });
      if (received !== facts.sizeBytes) {
        throw new TransientError(FailureCode.SOURCE_SHORT, `${object.key} has ${facts.sizeBytes} bytes, but ${received} arrived.`);
      }
      return { sha256: hash.digest('hex') };
    } catch (error) {
      await rm(file, { force: true });
      if (statusOf(error) === 412 || isMissing(error)) {
        throw new TransientError(FailureCode.SOURCE_CHANGED, `${object.key} was replaced or removed while it was read.`, { cause: error });
      }
      throw awsFailure(error, `Downloading ${object.key}`);
    }
  }

  async uploadFile(key: string, file: string, options: WriteOptions): Promise<void> {
    try {
      const { size } = await stat(file);
      if (size <= this.sizes.singlePutBytes) return await this.putStream(key, file, size, options);
      await new MultipartUpload(this.client, { bucket: this.bucket, key, file, size, partBytes: this.sizes.partBytes }, options).run();
    } catch (error) {
      throw awsFailure(error, `Uploading ${key}`);
    }
  }

  async put(key: string, body: string | Uint8Array, options: WriteOptions): Promise<void> {
    try {
      await this.client.send(new PutObjectCommand({
        Bucket: this.bucket, Key: key, Body: body, ContentType: options.contentType, CacheControl: options.cacheControl,
      }), { abortSignal: options.signal });
    } catch (error) {
      throw awsFailure(error, `Writing ${key}`);
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    try {
      await this.client.send(new CopyObjectCommand({ Bucket: this.bucket, Key: toKey, CopySource: `${this.bucket}/${encodeURI(fromKey)}` }));
    } catch (error) {
      throw awsFailure(error, `Copying ${fromKey} to ${toKey}`);
    }
  }

  private async putStream(key: string, file: string, size: number, options: WriteOptions): Promise<void> {
    const body = meteredFile(file, {}, options.onProgress);
    try {
      await this.client.send(new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: body,
        ContentLength: size,
        ContentType: options.contentType,
        CacheControl: options.cacheControl,
      }), { abortSignal: options.signal });
    } finally {
      body.destroy();
    }
  }
}
