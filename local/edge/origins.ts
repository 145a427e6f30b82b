import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { IssuedCredential } from '../aws/credentials';
import { AccessDenied, Authorizer } from '../aws/types';

/** A bucket's answer, not yet read. */
export interface OriginAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Readable | Buffer;
}

export interface BucketOriginOptions {
  readonly endpoint: string;
  readonly region: string;
  /** The reads themselves; whether CloudFront may read is decided by the bucket's policy, below. */
  readonly credential: IssuedCredential;
  readonly authorizer: Authorizer;
  readonly distributionArn: string;
}

const CLOUDFRONT = { accessKeyId: 'cloudfront', principalArn: 'cloudfront.amazonaws.com' };

/** Buckets behind the distribution, read through its origin access control. */
export class BucketOrigins {
  private readonly client: S3Client;

  constructor(private readonly options: BucketOriginOptions) {
    const { endpoint, region, credential } = options;
    this.client = new S3Client({
      endpoint,
      region,
      credentials: credential,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  close(): void {
    this.client.destroy();
  }

  async read(request: IncomingMessage, bucket: string, uri: string): Promise<OriginAnswer> {
    const key = decodeURIComponent(uri.replace(/^\//, ''));
    try {
      this.options.authorizer.authorize(CLOUDFRONT, 's3:GetObject', `arn:aws:s3:::${bucket}/${key}`, { 'aws:SourceArn': this.options.distributionArn });
      return await this.get(request, bucket, key);
    } catch (error) {
      if (error instanceof AccessDenied) return denied();
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      // CloudFront may not list the bucket, so that S3 does not tell it what is missing.
      if (status === 404) return denied();
      if (status === 304 || status === 416 || status === 412) return { status, headers: {} };
      throw error;
    }
  }

  private async get({ method, headers }: IncomingMessage, Bucket: string, Key: string): Promise<OriginAnswer> {
    const since = headers['if-modified-since'];
    const input = { Bucket, Key, Range: headers.range, IfNoneMatch: headers['if-none-match'], IfModifiedSince: since ? new Date(since) : undefined };
    const output = method === 'HEAD' ? await this.client.send(new HeadObjectCommand(input)) : await this.client.send(new GetObjectCommand(input));
    const { ContentType, ContentLength, ContentRange, ETag, LastModified, CacheControl, ContentEncoding } = output;
    const entries = {
      'content-type': ContentType,
      'content-length': ContentLength?.toString(),
      'content-range': ContentRange,
      'content-encoding': ContentEncoding,
      etag: ETag,
      'last-modified': LastModified?.toUTCString(),
      'cache-control': CacheControl,
      'accept-ranges': 'bytes',
    };
    return {
      status: ContentRange === undefined ? 200 : 206,
      headers: Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      body: 'Body' in output ? output.Body as Readable : undefined,
    };
  }
}

function denied(): OriginAnswer {
  return { status: 403, headers: { 'content-type': 'application/xml' }, body: Buffer.from('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>') };
}
