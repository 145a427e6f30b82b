import { createCipheriv } from 'crypto';
import { mkdtemp, readdir, rm } from 'fs/promises';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { Readable } from 'stream';
import { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { BucketDefinition, ObjectCreated, S3Service } from '../../../../local/aws/s3';
import { AccessDenied, Authorizer, Caller, ConditionContext, Credential } from '../../../../local/aws/types';

export const REGION = 'eu-central-1';
export const KEY_ARN = `arn:aws:kms:${REGION}:111122223333:key/1234`;
export const IDENTITY = { accessKeyId: 'AKIDWORKER', secretAccessKey: 'secret-of-the-worker', sessionToken: 'token+/=' };

/** Allows everything but what a test denies, and keeps what was asked. */
export class TestAuthorizer implements Authorizer {
  asked: { action: string; resource: string; context: ConditionContext }[] = [];
  denied = new Set<string>();

  authorize(caller: Caller, action: string, resource: string, context: ConditionContext = {}): void {
    this.asked.push({ action, resource, context });
    if (this.denied.has(action)) throw new AccessDenied(caller.principalArn, action, resource, 'no statement allows it');
  }

  /** `action resource` of the calls since the last time. */
  take(): string[] {
    return this.asked.splice(0).map(({ action, resource }) => `${action} ${resource.split(':').slice(5).join(':')}`);
  }
}

export interface LocalS3 {
  readonly root: string;
  readonly endpoint: string;
  readonly client: S3Client;
  readonly authorizer: TestAuthorizer;
  readonly events: ObjectCreated[];
  clock: { offsetMs: number };
  clientWith(config: S3ClientConfig): S3Client;
  /** Files that belong to no object. */
  scratchFiles(): Promise<string[]>;
  /** Stops the server and keeps the state. */
  stop(): Promise<void>;
  destroy(): Promise<void>;
}

export const BUCKETS: Record<'plain' | 'versioned' | 'kms', BucketDefinition> = {
  plain: {
    name: 'plain-bucket',
    arn: 'arn:aws:s3:::plain-bucket',
    versioned: false,
    eventBridge: false,
    corsRules: [
      { allowedOrigins: ['https://*.example.com'], allowedMethods: ['GET', 'POST', 'PUT'], allowedHeaders: ['x-amz-*', 'Content-Type'], exposedHeaders: ['ETag'], maxAge: 300 },
      { allowedOrigins: ['*'], allowedMethods: ['HEAD'] },
    ],
  },
  versioned: { name: 'versioned-bucket', arn: 'arn:aws:s3:::versioned-bucket', versioned: true, eventBridge: true },
  kms: { name: 'kms-bucket', arn: 'arn:aws:s3:::kms-bucket', versioned: false, eventBridge: true, encryptionKeyArn: KEY_ARN, bucketKeyEnabled: true },
};

export async function startS3(root?: string): Promise<LocalS3> {
  const directory = root ?? await mkdtemp(path.join(tmpdir(), 'local-s3-'));
  const authorizer = new TestAuthorizer();
  const events: ObjectCreated[] = [];
  const clock = { offsetMs: 0 };
  const credential: Credential = {
    caller: { accessKeyId: IDENTITY.accessKeyId, principalArn: 'arn:aws:iam::111122223333:role/worker' },
    secretAccessKey: IDENTITY.secretAccessKey,
    sessionToken: IDENTITY.sessionToken,
  };
  const service = new S3Service({
    root: directory,
    buckets: Object.values(BUCKETS),
    credentials: { find: id => (id === IDENTITY.accessKeyId ? credential : undefined) },
    authorizer,
    region: REGION,
    now: () => new Date(Date.now() + clock.offsetMs),
    onObjectCreated: event => events.push(event),
  });
  const server = createServer((request, response) => void service.handle(request, response));
  // The machine may be busy: an idle connection must outlive a slow test, or the client writes into a closing one.
  server.keepAliveTimeout = 75_000;
  const endpoint = await listen(server);
  const clients: S3Client[] = [];
  const clientWith = (config: S3ClientConfig) => {
    const client = new S3Client({ region: REGION, endpoint, credentials: IDENTITY, maxAttempts: 1, ...config });
    clients.push(client);
    return client;
  };
  const stop = async () => {
    clients.forEach(client => client.destroy());
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return {
    root: directory,
    endpoint,
    client: clientWith({}),
    authorizer,
    events,
    clock,
    clientWith,
    scratchFiles: () => readdir(path.join(directory, 'scratch')),
    stop,
    destroy: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The code of an SDK error, or `accepted`. */
export async function codeOf(sending: Promise<unknown>): Promise<string> {
  return sending.then(() => 'accepted', (error: { name: string; Code?: string }) => error.Code ?? error.name);
}

/** The code and status of a plain HTTP answer. */
export async function refusalOf(fetching: Promise<Response>): Promise<string> {
  const response = await fetching;
  const body = await response.text();
  return `${response.status} ${/<Code>(.*?)<\/Code>/.exec(body)?.[1] ?? ''}`.trim();
}

/** Repeatable bytes that do not compress and differ at every offset. */
export function bytes(length: number, seed = 1): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** A stream that arrives in pieces, as from disk or network. */
export function streamOf(data: Buffer, piece = 10_000): Readable {
  return Readable.from((function* () {
    for (let at = 0; at < data.length; at += piece) yield data.subarray(at, at + piece);
  })(), { objectMode: false });
}

export async function bodyOf(result: { Body?: unknown }): Promise<Buffer> {
  return Buffer.from(await (result.Body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray());
}
