import { setTimeout as delay } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand, CompletedPart, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { meteredFile } from './metered-file';
import { WriteOptions } from '../../ports/object-store';

const PART_ATTEMPTS = 4;
const PART_BACKOFF_MS = 100;

export interface MultipartSource {
  readonly bucket: string;
  readonly key: string;
  readonly file: string;
  readonly size: number;
  readonly partBytes: number;
}

/**
 * Uploads one large file in parts that stream from the disk. (`lib-storage` holds each part in memory; a worker's memory
 * must not grow with its input.) A part that fails is sent again alone; a failed upload is aborted.
 */
export class MultipartUpload {
  private sent = 0;

  constructor(private readonly client: S3Client, private readonly source: MultipartSource, private readonly options: WriteOptions) {}

  async run(): Promise<void> {
    const { size, partBytes } = this.source;
    const target = { Bucket: this.source.bucket, Key: this.source.key };
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand({
      ...target, ContentType: this.options.contentType, CacheControl: this.options.cacheControl,
    }), { abortSignal: this.options.signal });
    try {
      const parts: CompletedPart[] = [];
      for (let start = 0; start < size; start += partBytes) parts.push(await this.part(UploadId!, parts.length + 1, start));
      await this.client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }), {
        abortSignal: this.options.signal,
      });
    } catch (error) {
      // Best effort: the bucket's lifecycle rule aborts what this cannot.
      await this.client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  private async part(uploadId: string, number: number, start: number): Promise<CompletedPart> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.sendPart(uploadId, number, start);
      } catch (error) {
        if (attempt >= PART_ATTEMPTS || this.options.signal?.aborted) throw error;
        await delay(Math.random() * PART_BACKOFF_MS * 2 ** attempt);
      }
    }
  }

  private async sendPart(uploadId: string, number: number, start: number): Promise<CompletedPart> {
    const { bucket, key, file, size, partBytes } = this.source;
    const end = Math.min(start + partBytes, size);
    const body = meteredFile(file, { start, end: end - 1 }, bytes => this.report(start + bytes));
    try {
      const { ETag, ChecksumCRC32 } = await this.client.send(new UploadPartCommand({
        Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: body, ContentLength: end - start,
      }), { abortSignal: this.options.signal });
      return { ETag, ChecksumCRC32, PartNumber: number };
    } finally {
      body.destroy();
    }
  }

  private report(bytes: number): void {
    // A part sent again does not count twice.
    if (bytes <= this.sent) return;
    this.sent = bytes;
    this.options.onProgress?.(bytes);
  }
}
