import type { IncomingHttpHeaders } from 'http';
import { SignatureError } from './sigv4-errors';

/** What a signature covers. An `http.IncomingMessage` is one; `body` is for services whose requests are small and read first. */
export interface SignedRequest {
  readonly method?: string;
  /** Raw path and query as they came over the wire. */
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
  /** When given, it is checked against the signed hash. S3 streams its bodies and checks them as they pass. */
  readonly body?: Uint8Array;
}

export type Query = Record<string, string | string[]>;

/** The claim a request makes about its own signature, before anything of it is believed. */
export interface SignatureClaim {
  readonly kind: 'header' | 'query';
  readonly accessKeyId: string;
  /** `yyyymmdd` of the credential scope. */
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  /** `yyyymmddThhmmssZ` at which the request says it was signed. */
  readonly longDate: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string;
  /** Seconds that a presigned request stays valid. */
  readonly expiresIn?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SEVEN_DAYS_SECONDS = 604_800;

export function splitUrl(url: string | undefined): { path: string; query: Query } {
  const [path, search = ''] = splitOnce(url ?? '/', '?');
  const query: Query = Object.create(null);
  for (const pair of search.split('&').filter(part => part !== '')) {
    const [name, value = ''] = splitOnce(pair, '=').map(decodeQueryPart);
    const earlier = query[name];
    query[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return { path, query };
}

export function decodePath(path: string): string {
  return decode(path);
}

/** Reads the claim, or nothing when the request is anonymous. */
export function readClaim(headers: IncomingHttpHeaders, query: Query): SignatureClaim | undefined {
  if (headers.authorization !== undefined) return readAuthorizationHeader(headers);
  if (query['X-Amz-Algorithm'] !== undefined || query['X-Amz-Signature'] !== undefined) return readPresignedQuery(query);
  return undefined;
}

/** `key/yyyymmdd/region/service/aws4_request`; the key itself holds no slash. */
export function readScope(credential: string): Pick<SignatureClaim, 'accessKeyId' | 'shortDate' | 'region' | 'service'> | undefined {
  const [accessKeyId, shortDate, region, service, terminator, ...rest] = credential.split('/');
  const complete = accessKeyId && /^\d{8}$/.test(shortDate ?? '') && region && service && terminator === 'aws4_request' && rest.length === 0;
  return complete ? { accessKeyId, shortDate, region, service } : undefined;
}

/** `20260131T235959Z` as a date, or undefined when it is not one. */
export function readLongDate(longDate: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function readAuthorizationHeader(headers: IncomingHttpHeaders): SignatureClaim {
  const authorization = headers.authorization ?? '';
  const malformed = (why: string) =>
    new SignatureError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`);
  if (!authorization.startsWith(`${ALGORITHM} `)) throw malformed(`only ${ALGORITHM} is supported.`);

  const parts = new Map(authorization.slice(ALGORITHM.length + 1).split(',').map(part => splitOnce(part.trim(), '=') as [string, string]));
  const scope = readScope(parts.get('Credential') ?? '');
  if (!scope) throw malformed('the Credential must be "KEY/YYYYMMDD/REGION/SERVICE/aws4_request".');
  const signature = parts.get('Signature');
  const signedHeaders = parts.get('SignedHeaders');
  if (!signature || !signedHeaders) throw malformed('it needs SignedHeaders and Signature.');
  const longDate = single(headers['x-amz-date']);
  if (!longDate) throw new SignatureError('AccessDenied', 'AWS authentication requires a valid x-amz-date header');

  return {
    kind: 'header',
    ...scope,
    longDate,
    signature,
    signedHeaders: signedHeaders.split(';'),
    sessionToken: single(headers['x-amz-security-token']),
  };
}

function readPresignedQuery(query: Query): SignatureClaim {
  const malformed = (why: string) => new SignatureError('AuthorizationQueryParametersError', why);
  const required = (name: string) => {
    const value = single(query[name]);
    if (!value) throw malformed(`Query-string authentication version 4 requires the ${name} parameter.`);
    return value;
  };
  if (required('X-Amz-Algorithm') !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const scope = readScope(required('X-Amz-Credential'));
  if (!scope) throw malformed('X-Amz-Credential must be "KEY/YYYYMMDD/REGION/SERVICE/aws4_request".');
  const expiresIn = Number(required('X-Amz-Expires'));
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > SEVEN_DAYS_SECONDS) {
    throw malformed(`X-Amz-Expires must be a whole number of seconds from 1 to ${SEVEN_DAYS_SECONDS}; got ${expiresIn}.`);
  }
  return {
    kind: 'query',
    ...scope,
    longDate: required('X-Amz-Date'),
    signature: required('X-Amz-Signature'),
    signedHeaders: required('X-Amz-SignedHeaders').split(';'),
    sessionToken: single(query['X-Amz-Security-Token']),
    expiresIn,
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decodeQueryPart(part: string): string {
  return decode(part.replace(/\+/g, ' '));
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new SignatureError('InvalidURI', `Couldn't parse the specified URI: "${encoded.slice(0, 200)}" is not percent-encoded UTF-8.`);
  }
}
