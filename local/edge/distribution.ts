import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiResponse } from '../api/gateway-response';
import { API_PAYLOAD_BYTES, RestApi } from '../api/rest-api';
import { wildcard } from '../aws/iam/wildcard';
import type { LogFile } from '../process';
import type { Behavior, DistributionDefinition } from '../template';
import { CacheKeys } from './cache-keys';
import { EdgeFunction, ViewerRequestResult } from './edge-function';
import { BucketOrigins, OriginAnswer } from './origins';
import { withPolicy } from './policy-headers';
import { refuseCookies } from './signed-cookies';
import { blockingRule, WafRule } from './web-acl';

export interface DistributionOptions {
  /** Tried in this order; 0 is any free one. */
  readonly ports: readonly number[];
  readonly api: RestApi;
  readonly apiId: string;
  readonly region: string;
  readonly stage: string;
  /** Without one, the API stands alone. */
  readonly distribution?: DistributionDefinition;
  readonly buckets: BucketOrigins;
  /** Rules of the API's web ACL. */
  readonly apiRules: readonly WafRule[];
  /** PEM of a key in a key group. */
  readonly keyOf: (keyGroupId: string, keyPairId: string) => string | undefined;
  readonly keyValue: (storeArn: string, key: string) => string | undefined;
  readonly now: () => Date;
  readonly log: LogFile;
}

/** Paths and the like that the pipeline has settled. */
interface Passage {
  readonly uri: string;
  readonly query: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Stands for the distribution: takes each path through its behavior. A request to the API's own host meets the API alone. */
export class Distribution {
  static async start(options: DistributionOptions): Promise<Distribution> {
    const distribution = new Distribution(options);
    await distribution.listen(options.ports);
    return distribution;
  }

  private readonly server = http.createServer((request, response) => void this.serve(request, response));
  private readonly functions = new Map<string, EdgeFunction>();
  private readonly cache: CacheKeys;

  private constructor(private readonly options: DistributionOptions) {
    this.cache = new CacheKeys(options.now);
  }

  /** @throws when the last of the ports is in use, too */
  private async listen([port, ...others]: readonly number[]): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (others.length > 0) return this.listen(others);
      throw new Error(`Port ${port} of 127.0.0.1 is in use; choose another with --port, or end what uses it`);
    }
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    this.options.buckets.close();
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      send(request, response, await this.route(request, body));
    } catch (error) {
      this.options.log.write({ level: 'ERROR', message: `distribution: ${(error as Error).stack}` });
      if (response.headersSent) response.destroy();
      else send(request, response, explain(500, 'InternalError', (error as Error).message));
    }
  }

  private async route(request: http.IncomingMessage, body: Buffer): Promise<OriginAnswer> {
    const [path, query = ''] = split(request.url ?? '/');
    const { distribution, apiId, region } = this.options;
    const passage = { uri: path, query, rawHeaders: request.rawHeaders, body };
    if (!distribution || request.headers.host === `${apiId}.execute-api.${region}.amazonaws.com`) return this.callApi(request, passage);
    const uri = path === '/' && distribution.defaultRootObject ? `/${distribution.defaultRootObject}` : path;
    const behavior = distribution.behaviors.find(each => wildcard(each.pathPattern.replace(/^(?=[^/*])/, '/')).test(uri))!;
    if (!behavior.allowedMethods.includes(request.method!)) {
      return explain(403, 'MethodNotAllowed', `The distribution does not allow ${request.method} on ${behavior.pathPattern}`);
    }
    return this.refuseUnsigned(request, behavior) ?? this.pass(request, behavior, { ...passage, uri });
  }

  private async pass(request: http.IncomingMessage, behavior: Behavior, passage: Passage): Promise<OriginAnswer> {
    const passed = await this.runFunction(request, behavior, passage);
    if ('answer' in passed) return passed.answer;
    const key = request.method === 'OPTIONS'
      ? undefined : this.cache.keyOf(behavior.cachePolicyId, passed.uri, request.headers['accept-encoding']);
    const answer = await this.fetch(request, behavior, { ...passage, ...passed });
    const seen = key === undefined || answer.status >= 400 ? 'Miss' : this.cache.visit(key, asText(answer.headers['cache-control']));
    const headers = { ...answer.headers, 'x-cache': `${seen} from cloudfront`, ...key === undefined ? {} : { 'x-local-cache-key': key } };
    return withPolicy({ ...answer, headers }, behavior.responseHeaders, request.headers.origin);
  }

  private runFunction(
    request: http.IncomingMessage, { viewerRequest }: Behavior, { uri, query, rawHeaders }: Passage,
  ): Promise<ViewerRequestResult> {
    if (!viewerRequest) return Promise.resolve({ uri, rawHeaders });
    const { arn, code, keyValueStoreArn: store } = viewerRequest;
    const lookup = store === undefined ? undefined : (key: string) => this.options.keyValue(store, key);
    const found = this.functions.get(arn) ?? new EdgeFunction(code, lookup);
    this.functions.set(arn, found);
    return found.onViewerRequest(request, uri, query);
  }

  private refuseUnsigned(request: http.IncomingMessage, { keyGroupIds }: Behavior): OriginAnswer | undefined {
    if (keyGroupIds.length === 0) return undefined;
    const refusal = refuseCookies({
      cookies: request.headers.cookie,
      url: `https://${request.headers.host}${request.url}`,
      now: this.options.now(),
      keyOf: keyPairId => keyGroupIds.map(groupId => this.options.keyOf(groupId, keyPairId)).find(key => key !== undefined),
    });
    if (!refusal) return undefined;
    const { code, message } = refusal;
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return { status: 403, headers: { 'content-type': 'text/xml', 'x-cache': 'Error from cloudfront' }, body: Buffer.from(body) };
  }

  private async fetch(request: http.IncomingMessage, { origin, pathPattern }: Behavior, passage: Passage): Promise<OriginAnswer> {
    const { apiId, stage, buckets } = this.options;
    if (origin.kind === 'bucket') return buckets.read(request, origin.bucket, passage.uri);
    if (origin.kind === 'api' && origin.apiId === apiId && origin.path === `/${stage}`) {
      const own = Object.keys(origin.customHeaders).map(name => name.toLowerCase());
      const viewers = pairs(passage.rawHeaders).filter(([name]) => !own.includes(name.toLowerCase()));
      return this.callApi(request, { ...passage, rawHeaders: [...viewers, ...Object.entries(origin.customHeaders)].flat() });
    }
    return explain(501, 'NotImplemented', `The distribution sends ${pathPattern} to an origin that does not run locally: ${JSON.stringify(origin)}`);
  }

  private async callApi(request: http.IncomingMessage, { uri, query, rawHeaders, body }: Passage): Promise<OriginAnswer> {
    const blockedBy = blockingRule(this.options.apiRules, rawHeaders);
    if (blockedBy) return explain(403, 'Forbidden', `The API's web ACL refuses this request (rule ${blockedBy})`);
    const answer: ApiResponse = await this.options.api.handle({
      httpMethod: request.method!, path: uri, query, body, rawHeaders, sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    });
    return answer;
  }
}

/** Reads one byte past what the API takes and no more, so that a flood is refused without being kept. */
async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size <= API_PAYLOAD_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

function split(url: string): string[] {
  const index = url.indexOf('?');
  return index < 0 ? [url] : [url.slice(0, index), url.slice(index + 1)];
}

function pairs(rawHeaders: readonly string[]): Array<[string, string]> {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]] as [string, string]] : []));
}

function asText(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function explain(status: number, code: string, message: string): OriginAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ code, message })) };
}

function send(request: http.IncomingMessage, response: http.ServerResponse, { status, headers, body }: OriginAnswer): void {
  if (response.destroyed) return;
  // 204 and 304 carry no body, nor its length.
  const bodiless = status === 204 || status === 304;
  const length = bodiless || !Buffer.isBuffer(body) ? {} : { 'content-length': body.length };
  response.writeHead(status, { ...headers as http.OutgoingHttpHeaders, ...length });
  if (bodiless || request.method === 'HEAD' || body === undefined) {response.end();} else if (Buffer.isBuffer(body)) {response.end(body);} else {
    // A viewer who leaves ends the read; a read that breaks ends the answer, so that nobody takes half a file for a whole one.
    response.once('close', () => body.destroy());
    body.once('error', () => response.destroy());
    body.pipe(response);
  }
}
