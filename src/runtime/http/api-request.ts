/** API Gateway's proxy event as our own typed request. */
import { APIGatewayProxyEvent } from 'aws-lambda';
import { CORRELATION_ID_HEADER } from '../contract';
import { correlationIdFrom } from './correlation-id';

export interface ApiRequest {
  readonly method: string;
  /** Path template of the matched resource: `/api/analytics/video/{videoId}`. */
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Every value of every parameter, in order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body?: Buffer;
  readonly correlationId: string;
  /** The gateway's own id of this request. */
  readonly requestId: string;
  /** What the gateway's authorizer verified; absent on open routes. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Header by name, whatever its case; undefined when absent or sent twice with different values. */
  header(name: string): string | undefined;
  /** The header is there with different values. */
  contradicts(name: string): boolean;
}

export function requestFrom(event: APIGatewayProxyEvent): ApiRequest {
  const headers = readHeaders(event);
  const valuesOf = (name: string) => headers.get(name.toLowerCase()) ?? [];
  // Two different values are two opinions of one fact: believing either would be a guess.
  const header = (name: string) => valuesOf(name).length === 1 ? valuesOf(name)[0] : undefined;
  return {
    method: event.httpMethod,
    resource: event.resource,
    pathParameters: definedEntries(event.pathParameters),
    query: readQuery(event),
    body: event.body === null || event.body === undefined ? undefined : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'),
    correlationId: correlationIdFrom(header(CORRELATION_ID_HEADER)),
    requestId: event.requestContext.requestId,
    claims: event.requestContext.authorizer?.claims as Record<string, unknown> | undefined,
    header,
    contradicts: name => valuesOf(name).length > 1,
  };
}

/** The different values of every header, by its name in lower case. */
function readHeaders(event: APIGatewayProxyEvent): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const all = { ...listed(event.headers), ...definedEntries(event.multiValueHeaders) };
  for (const [name, values] of Object.entries(all)) {
    const key = name.toLowerCase();
    found.set(key, new Set([...found.get(key) ?? [], ...values]));
  }
  return new Map([...found].map(([name, values]) => [name, [...values]]));
}

function readQuery(event: APIGatewayProxyEvent): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries({ ...listed(event.queryStringParameters), ...definedEntries(event.multiValueQueryStringParameters) }));
}

function listed(single: Record<string, string | undefined> | null): Record<string, string[]> {
  return Object.fromEntries(Object.entries(definedEntries(single)).map(([name, value]) => [name, [value]]));
}

function definedEntries<T>(record: Record<string, T | undefined> | null | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([, value]) => value !== undefined && value !== null)) as Record<string, T>;
}
