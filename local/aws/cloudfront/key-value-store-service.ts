import { randomBytes } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { parseJsonObject, readBody, sendJson, ServiceError } from '../http-json';
import { findCredential, SignatureError } from '../sigv4';
import { StateFile } from '../state-file';
import { AccessDenied, Authorizer, Caller, CredentialStore, Now } from '../types';

export interface KeyValueStoreOptions {
  readonly stateFile: string;
  /** ARNs of the stores of the template. */
  readonly stores: readonly string[];
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly now?: Now;
}

interface Store {
  readonly etag: string;
  readonly items: Record<string, string>;
}

type Item = { readonly Key: string; readonly Value: string };

/** The signature of Version 4A covers all regions; the scope therefore names none. */
const ALGORITHM = 'AWS4-ECDSA-P256-SHA256';

/**
 * The data plane of CloudFront's key value stores (REST, JSON). Requests are signed with Version 4A: whose key it is, its session token
 * and its age are checked here, the ECDSA signature itself is not.
 */
export class KeyValueStoreService {
  /** Whether a request is signed for this service. */
  static serves({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
    return headers.authorization?.startsWith(ALGORITHM) ?? false;
  }

  static operationOf({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
    if (method === 'POST') return 'UpdateKeys';
    return /\/keys\/?(\?|$)/.test(url) ? 'ListKeys' : 'DescribeKeyValueStore';
  }

  private readonly file: StateFile<Record<string, Store>>;
  private readonly state: Record<string, Store>;

  constructor(private readonly options: KeyValueStoreOptions) {
    this.file = new StateFile(options.stateFile);
    const stored = this.file.read({});
    this.state = Object.fromEntries(options.stores.map(arn => [arn, stored[arn] ?? { etag: createEtag(), items: {} }]));
  }

  /** What a CloudFront Function reads; undefined when there is no such key. */
  get(arn: string, key: string): string | undefined {
    return this.state[arn]?.items[key];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      const arn = decodeURIComponent(/^\/key-value-stores\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '');
      const operation = KeyValueStoreService.operationOf(request);
      this.authorize(this.callerOf(request), operation, arn);
      const store = this.state[arn];
      if (!store) throw new ServiceError('ResourceNotFoundException', 'The key value store was not found.', 404);
      const payload = operation === 'UpdateKeys'
        ? this.update(arn, parseJsonObject(body), String(request.headers['if-match'] ?? ''))
        : operation === 'ListKeys' ? { Items: Object.entries(store.items).map(([Key, Value]) => ({ Key, Value })) } : describe(arn, store);
      sendJson(response, 200, payload, 'application/json', { etag: this.state[arn].etag });
    } catch (error) {
      const known = toServiceError(error);
      sendJson(response, known.status, { Message: known.message }, 'application/json', { 'x-amzn-errortype': known.code });
    }
  }

  private callerOf({ headers }: IncomingMessage): Caller {
    const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
    const token = headers['x-amz-security-token'];
    const claim = { accessKeyId, sessionToken: token === undefined ? undefined : String(token) };
    return findCredential(claim, this.options.credentials, (this.options.now ?? (() => new Date()))()).caller;
  }

  private authorize(caller: Caller, operation: string, arn: string): void {
    try {
      this.options.authorizer.authorize(caller, `cloudfront-keyvaluestore:${operation}`, arn);
    } catch (error) {
      if (error instanceof AccessDenied) throw new ServiceError('AccessDeniedException', error.message, 403);
      throw error;
    }
  }

  private update(arn: string, { Puts = [], Deletes = [] }: Record<string, unknown>, ifMatch: string) {
    const store = this.state[arn];
    if (ifMatch !== store.etag) throw new ServiceError('ConflictException', 'The If-Match value does not match the current version.', 409);
    const items = { ...store.items };
    for (const { Key } of Deletes as Item[]) delete items[Key];
    for (const { Key, Value } of Puts as Item[]) items[Key] = Value;
    this.state[arn] = { etag: createEtag(), items };
    this.file.write(this.state);
    const { ItemCount, TotalSizeInBytes } = describe(arn, this.state[arn]);
    return { ItemCount, TotalSizeInBytes };
  }
}

function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SignatureError) return new ServiceError(error.jsonCode, error.message, error.status);
  return new ServiceError('InternalServerException', String(error), 500);
}

function describe(KvsARN: string, { items }: Store) {
  const TotalSizeInBytes = Object.entries(items).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  return { KvsARN, ItemCount: Object.keys(items).length, TotalSizeInBytes, Created: 0, LastModified: 0, Status: 'READY' };
}

function createEtag(): string {
  return `KV${randomBytes(8).toString('hex').toUpperCase()}`;
}
