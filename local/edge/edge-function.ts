import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as vm from 'node:vm';
import type { ApiResponse } from '../api/gateway-response';

interface Value {
  readonly value: string;
}

interface FunctionRequest {
  readonly uri: string;
  readonly headers: Readonly<Record<string, Value>>;
}

interface FunctionResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, Value>>;
  readonly body?: string | { readonly data: string };
}

/** What happens to a request: the function's own answer, or the request as it goes on. */
export type ViewerRequestResult =
  | { readonly answer: ApiResponse }
  | { readonly uri: string; readonly rawHeaders: readonly string[] };

/** The function's key value store, if one is associated with it; undefined when there is no such key. */
export type KeyValueLookup = (key: string) => string | undefined;

/** CloudFront gives a function about a millisecond. This only ends one that never would, however busy the machine is. */
const TIMEOUT_MS = 5_000;
/** The hashes of the module `crypto` (developer guide, "JavaScript runtime 2.0 features"). */
const HASHES = ['md5', 'sha1', 'sha256'];

/**
 * The source of a CloudFront Function as the template holds it, in a context of its own: ECMAScript and the modules `crypto` and
 * `cloudfront` alone, no network, no timers, no code from strings. It keeps its globals between requests.
 */
export class EdgeFunction {
  private readonly context: vm.Context;

  constructor(code: string, store?: KeyValueLookup) {
    this.context = vm.createContext({ modules: { crypto: cryptoModule(), cloudfront: cloudFrontModule(store) } }, {
      codeGeneration: { strings: false, wasm: false },
    });
    const linked = code.replace(/^import (\w+) from ["'](\w+)["'];?$/gm, (_, name: string, module: string) => `const ${name} = modules.${module};`);
    vm.runInContext(linked, this.context, { timeout: TIMEOUT_MS });
  }

  async onViewerRequest(request: IncomingMessage, uri: string, query: string): Promise<ViewerRequestResult> {
    const headers = headersOf(request);
    const event = {
      version: '1.0',
      context: { eventType: 'viewer-request' },
      viewer: { ip: request.socket.remoteAddress },
      request: { method: request.method, uri, querystring: valuesOf(new URLSearchParams(query)), headers, cookies: cookiesOf(request) },
    };
    // By way of JSON, so that nothing of this process is reachable from the function's objects.
    const call = `(async () => JSON.stringify(await handler(${JSON.stringify(event)})))()`;
    const returned = vm.runInContext(call, this.context, { timeout: TIMEOUT_MS }) as Promise<string>;
    const result = JSON.parse(await returned) as FunctionResponse | FunctionRequest;
    if ('statusCode' in result) return { answer: answerOf(result) };
    return { uri: result.uri, rawHeaders: changed(request.rawHeaders, headers, result.headers) };
  }
}

function cryptoModule() {
  const chain = (hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>) => {
    const self = {
      update: (data: string) => {
        hash.update(String(data));
        return self;
      },
      digest: (encoding: 'hex' | 'base64' | 'base64url') => hash.digest(encoding),
    };
    return self;
  };
  const known = (name: string) => {
    if (!HASHES.includes(name)) throw new TypeError(`not supported algorithm: "${name}"`);
    return name;
  };
  return {
    createHash: (name: string) => chain(createHash(known(name))),
    createHmac: (name: string, key: string) => chain(createHmac(known(name), String(key))),
  };
}

function cloudFrontModule(store?: KeyValueLookup) {
  return {
    kvs: () => {
      if (!store) throw new Error('This function is associated with no key value store');
      return {
        get: async (key: string) => {
          const value = store(key);
          if (value === undefined) throw new Error('KeyNotFound');
          return value;
        },
      };
    },
  };
}

/** The event has cookies apart from the other headers. */
function headersOf({ headers }: IncomingMessage): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'cookie').map(([name, value]) => [name, { value: String(value) }]));
}

function cookiesOf({ headers }: IncomingMessage): Record<string, Value> {
  const pairs = (headers.cookie ?? '').split('; ').filter(pair => pair.includes('='));
  return Object.fromEntries(pairs.map(pair => [pair.slice(0, pair.indexOf('=')), { value: pair.slice(pair.indexOf('=') + 1) }]));
}

function valuesOf(pairs: Iterable<[string, string]>): Record<string, Value> {
  return Object.fromEntries([...pairs].map(([name, value]) => [name, { value }]));
}

function answerOf({ statusCode, headers, body }: FunctionResponse): ApiResponse {
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, { value }]) => [name, value])),
    body: Buffer.from(typeof body === 'string' ? body : body?.data ?? ''),
  };
}

/** The headers as they came, but for those that the function set or took away. */
function changed(raw: readonly string[], before: Readonly<Record<string, Value>>, after: Readonly<Record<string, Value>>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index].toLowerCase();
    if (after[name]?.value === before[name]?.value) kept.push(raw[index], raw[index + 1]);
  }
  const set = Object.entries(after).filter(([name, { value }]) => before[name]?.value !== value);
  return [...kept, ...set.flatMap(([name, { value }]) => [name, value])];
}
