import {
  DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, NoSuchKey, ObjectIdentifier, PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SiteStore } from '../../ports/site-store';

/** S3 deletes as many at a time (API reference, DeleteObjects). */
const BATCH = 1000;

export class S3SiteStore implements SiteStore {
  constructor(private readonly client: S3Client, private readonly bucket: string) {}

  async put({ key, body, contentType, cacheControl }: Parameters<SiteStore['put']>[0]): Promise<void> {
    await this.client.send(new PutObjectCommand({
      Bucket: this.bucket, Key: key, Body: body, ContentType: contentType, CacheControl: cacheControl,
    }));
  }

  async read(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return await Body!.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.delete(keys.map(Key => ({ Key })));
  }

  async empty(): Promise<void> {
    for (;;) {
      const page = await this.client.send(new ListObjectVersionsCommand({ Bucket: this.bucket, MaxKeys: BATCH }));
      const all = [...page.Versions ?? [], ...page.DeleteMarkers ?? []].map(({ Key, VersionId }) => ({ Key: Key!, VersionId }));
      if (all.length === 0) return;
      await this.delete(all);
    }
  }

  private async delete(objects: readonly ObjectIdentifier[]): Promise<void> {
    for (let from = 0; from < objects.length; from += BATCH) {
      const Delete = { Objects: objects.slice(from, from + BATCH), Quiet: true };
      const { Errors: [first] = [] } = await this.client.send(new DeleteObjectsCommand({ Bucket: this.bucket, Delete }));
      if (first) throw new Error(`${first.Key} was not deleted: ${first.Code}: ${first.Message}`);
    }
  }
}
