import type { IncomingMessage } from 'node:http';
import { runInNewContext } from 'node:vm';
import type { ApiResponse } from './gateway-response';

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

/** What becomes of a request: the function's own answer, or the request as it goes on. */
export type ViewerRequestResult =
  | { readonly answer: ApiResponse }
  | { readonly uri: string; readonly rawHeaders: readonly string[] };

/** CloudFront gives a function about a millisecond. This only ends one that never would, however busy the machine is. */
const TIMEOUT_MS = 5_000;

/** Runs a CloudFront function on a viewer's request. */
export function runViewerRequest(code: string, request: IncomingMessage, uri: string, query: string): ViewerRequestResult {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, { value: String(value) }]));
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: request.socket.remoteAddress },
    request: {
      method: request.method,
      uri,
      querystring: Object.fromEntries([...new URLSearchParams(query)].map(([name, value]) => [name, { value }])),
      headers,
      cookies: {},
    },
  };
  const result = JSON.parse(runInNewContext(`${code};JSON.stringify(handler(${JSON.stringify(event)}))`, {}, { timeout: TIMEOUT_MS }) as string) as
    FunctionResponse | FunctionRequest;
  if ('statusCode' in result) return { answer: answerOf(result) };
  return { uri: result.uri, rawHeaders: changed(request.rawHeaders, headers, result.headers) };
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
