import { randomBytes } from 'crypto';
import { existsSync, mkdirSync, rmSync } from 'fs';
import type { IncomingMessage, ServerResponse } from 'http';
import * as path from 'path';
import { authenticate, SignatureOptions } from '../sigv4';
import { Authorizer, CredentialStore, Now } from '../types';
import { Authorization } from './authorization';
import { Bucket, Call, sendEmpty, ServiceContext } from './call';
import { corsHeaders, preflightHeaders } from './cors';
import { errorDocument, S3Error, toS3Error } from './errors';
import { ScratchDirectory } from './files';
import { HANDLERS } from './handlers';
import { listBuckets } from './handlers/list-buckets';
import { postObject } from './handlers/post-object';
import { ObjectStore } from './object-store';
import { recognize } from './operations';
import { isFormPost } from './post-form';
import { parseRequest, S3Request } from './request';
import { Sequencer } from './sequencer';
import { BucketDefinition, ObjectCreated } from './types';
import { UploadStore } from './upload-store';

export interface S3ServiceOptions {
  /** Directory of everything that is stored; an existing one is opened as it was left. */
  readonly root: string;
  readonly buckets: readonly BucketDefinition[];
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly region: string;
  readonly now?: Now;
  /** Called after an object of a bucket with EventBridge notifications is durable, before its writer is answered. */
  readonly onObjectCreated?: (event: ObjectCreated) => void;
}

/** S3 on files: path-style requests in, the real service's answers, refusals and events out. */
export class S3Service {
  /** The operation's name for logs and fault schedules; undefined when it is none that is implemented. */
  static operationOf(request: IncomingMessage): string | undefined {
    try {
      return request.method === 'OPTIONS' ? 'Preflight' : recognize(parseRequest(request, ''));
    } catch {
      return undefined;
    }
  }

  private readonly buckets: ReadonlyMap<string, Bucket>;
  private readonly context: ServiceContext;
  private readonly signatures: SignatureOptions;

  constructor(private readonly options: S3ServiceOptions) {
    const now = options.now ?? (() => new Date());
    // Whatever a crash left half received belongs to no object.
    rmSync(path.join(options.root, 'scratch'), { recursive: true, force: true });
    const scratch = new ScratchDirectory(path.join(options.root, 'scratch'));
    const sequencer = new Sequencer(path.join(options.root, 'sequencer.json'));
    this.buckets = new Map(options.buckets.map(definition =>
      [definition.name, openBucket(options.root, definition, { scratch, sequencer, now })]));
    this.signatures = { credentials: options.credentials, service: 's3', region: options.region, now };
    this.context = {
      region: options.region,
      now,
      scratch,
      bucket: name => this.bucket(name),
      emit: event => options.onObjectCreated?.(event),
    };
  }

  async handle(http: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomBytes(8).toString('hex').toUpperCase();
    response.setHeader('x-amz-request-id', id);
    response.setHeader('x-amz-id-2', 'local');
    response.setHeader('server', 'AmazonS3');
    try {
      const request = parseRequest(http, id);
      const definition = this.buckets.get(request.bucket)?.definition;
      if (request.method === 'OPTIONS') return sendEmpty({ response }, 200, preflightHeaders(definition, request.headers));
      for (const [name, value] of Object.entries(corsHeaders(definition, request.method, request.headers))) response.setHeader(name, value);
      await this.dispatch(request, response);
    } catch (error) {
      refuse(http, response, id, error);
    }
  }

  private async dispatch(request: S3Request, response: ServerResponse): Promise<void> {
    const service = this.context;
    if (isFormPost(request.http) && request.key === '' && request.http.headers.authorization === undefined) {
      recognize(request);
      const bucket = this.bucket(request.bucket);
      return postObject({ request, response, bucket, service }, this.signatures, credential =>
        new Authorization(this.options.authorizer, credential.caller, 'POST', this.options.region));
    }
    checkPayloadHash(request);
    const signature = await authenticate(request.http, this.signatures);
    const authType = signature.kind === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING';
    const authorization = new Authorization(this.options.authorizer, signature.credential.caller, authType, this.options.region);
    const operation = recognize(request);
    if (operation === 'ListBuckets') return listBuckets(response, authorization, this.options.buckets);
    checkBucketOwner(request, signature.credential.caller.principalArn.split(':')[4]);
    const call: Call = { request, response, bucket: this.bucket(request.bucket), authorization, signature, service };
    await HANDLERS[operation](call);
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
    return bucket;
  }
}

function openBucket(
  root: string, definition: BucketDefinition, shared: { scratch: ScratchDirectory; sequencer: Sequencer; now: Now },
): Bucket {
  const directory = path.join(root, 'buckets', definition.name);
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
  return {
    definition,
    objects: new ObjectStore({ ...shared, directory: path.join(directory, 'objects'), versioned: definition.versioned }),
    uploads: new UploadStore(path.join(directory, 'uploads'), shared.scratch),
  };
}

/**
 * S3 asks every request with an Authorization header for the hash of its body, and says so before it looks at the signature.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function checkPayloadHash({ http: { headers } }: S3Request): void {
  if (headers.authorization === undefined || headers['x-amz-content-sha256'] !== undefined) return;
  throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
}

/** All buckets are those of one account, the caller's. */
function checkBucketOwner({ headers }: S3Request, accountId: string): void {
  const expected = headers['x-amz-expected-bucket-owner'];
  if (expected === undefined || expected === accountId) return;
  throw new S3Error('AccessDenied', `The bucket belongs to account ${accountId}; x-amz-expected-bucket-owner is ${expected}.`);
}

function refuse(http: IncomingMessage, response: ServerResponse, id: string, cause: unknown): void {
  // Too late to say anything: an answer that stops short must not look complete.
  if (response.headersSent || http.destroyed && !http.complete) {
    response.destroy();
    return;
  }
  const error = toS3Error(cause);
  const body = http.method === 'HEAD' ? '' : errorDocument(error, (http.url ?? '/').split('?')[0], id);
  response.writeHead(error.status, {
    ...error.headers,
    'content-type': 'application/xml',
    ...(http.method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}
