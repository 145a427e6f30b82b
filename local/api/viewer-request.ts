import type { IncomingMessage } from 'node:http';
import { runInNewContext } from 'node:vm';
import type { ApiResponse } from './gateway-response';

interface FunctionResponse {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: string | { readonly data: string };
}

/** CloudFront gives a function about a millisecond. This only ends one that never would, however busy the machine is. */
const TIMEOUT_MS = 5_000;

/** Runs a CloudFront function on a viewer's request: its answer, or undefined when it lets the request through unchanged. */
export function runViewerRequest(code: string, request: IncomingMessage, uri: string, query: string): ApiResponse | undefined {
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: request.socket.remoteAddress },
    request: {
      method: request.method,
      uri,
      querystring: Object.fromEntries([...new URLSearchParams(query)].map(([name, value]) => [name, { value }])),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, { value: String(value) }])),
      cookies: {},
    },
  };
  const result = JSON.parse(runInNewContext(`${code};JSON.stringify(handler(${JSON.stringify(event)}))`, {}, { timeout: TIMEOUT_MS }) as string) as
    FunctionResponse & { uri?: string };
  if (result.statusCode === undefined) {
    if (result.uri !== uri) throw new Error(`A CloudFront function rewrote ${uri} to ${result.uri}; rewriting is not implemented locally`);
    return undefined;
  }
  return {
    status: result.statusCode,
    headers: Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, { value }]) => [name, value])),
    body: Buffer.from(typeof result.body === 'string' ? result.body : result.body?.data ?? ''),
  };
}
