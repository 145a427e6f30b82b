import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { mediaPrefix, metadataKey } from '../../src/runtime/contract';
import { MetadataDocument, parseMetadataDocument } from '../../src/runtime/worker/job/metadata-document';
import type { LocalPlatform } from '../platform';

/** The document follows the flip to READY, so it may be a moment late. */
const METADATA_TRIES = 40;
const METADATA_PAUSE_MS = 250;

/** Looks behind the API with the operator's keys, to put what was published where other tools can read it. */
export class BucketReader {
  private readonly s3: S3Client;
  private readonly bucket: string;

  constructor(platform: LocalPlatform) {
    this.bucket = platform.workerEnvironment.VIDEO_BUCKET;
    this.s3 = new S3Client({
      endpoint: platform.endpoints.aws, region: platform.resources.region, credentials: platform.operatorCredential(), forcePathStyle: true,
    });
  }

  /** What the worker wrote about a published video. */
  async metadata(videoId: string): Promise<MetadataDocument> {
    for (let tries = 1; ; tries++) {
      try {
        const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: metadataKey(videoId) }));
        return parseMetadataDocument(await Body!.transformToString());
      } catch (error) {
        if (!(error instanceof NoSuchKey) || tries === METADATA_TRIES) throw error;
        await sleep(METADATA_PAUSE_MS);
      }
    }
  }

  /** Copies the published set as plain files; names in its playlists are relative, so it plays from the folder. */
  async download(videoId: string, epoch: number, directory: string): Promise<void> {
    const prefix = mediaPrefix(videoId, epoch);
    fs.rmSync(directory, { recursive: true, force: true });
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket: this.bucket, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) await this.downloadObject(Key!, path.join(directory, Key!.slice(prefix.length)));
    }
  }

  close(): void {
    this.s3.destroy();
  }

  private async downloadObject(key: string, file: string): Promise<void> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    await pipeline(Body as Readable, fs.createWriteStream(file));
  }
}
