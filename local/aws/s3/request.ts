import type { IncomingMessage } from 'http';
import { decodePath, splitUrl } from '../sigv4-request';
import { algorithmOfHeader } from './checksums';
import { S3Error } from './errors';

/** A request taken apart: path-style bucket and key, and one view of what came as header or as presigned parameter. */
export interface S3Request {
  readonly http: IncomingMessage;
  readonly id: string;
  readonly method: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
  /** As error documents name it. */
  readonly resource: string;
  /** Parameters by name, without those of the signature. */
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name; a presigned URL carries `x-amz-` headers as parameters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const MAX_KEY_BYTES = 1024;
/** `x-id` only tells the operation's name to people who read logs. */
const SIGNATURE_PARAMETERS = /^(x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)|x-id)$/i;

/**
 * Whether a presigned parameter claims a checksum. S3 compares a body with headers and trailers only: at signing time there
 * was no body, and the JavaScript SDK signs the CRC-32 of an empty one by default. Seen on AWS: aws-sdk-go-v2#2610,
 * aws-sdk-js-v3#4448, localstack#12169.
 */
function claimsChecksum(name: string): boolean {
  return algorithmOfHeader(name) !== undefined || name.toLowerCase() === 'x-amz-sdk-checksum-algorithm';
}

export function parseRequest(http: IncomingMessage, id: string): S3Request {
  const { path, query } = splitUrl(http.url);
  const resource = decodePath(path);
  const [, bucket, key = ''] = /^\/([^/]*)\/?([^]*)$/.exec(resource) ?? ['', '', ''];
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', `Your key is too long: ${Buffer.byteLength(key)} bytes, at most ${MAX_KEY_BYTES}.`);
  }
  const parameters = new Map<string, string>();
  const headers: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(query)) {
    const single = Array.isArray(value) ? value[0] : value;
    if (SIGNATURE_PARAMETERS.test(name) || claimsChecksum(name)) continue;
    if (/^x-amz-/i.test(name)) headers[name.toLowerCase()] = single;
    else parameters.set(name, single);
  }
  for (const [name, value] of Object.entries(http.headers)) headers[name] = Array.isArray(value) ? value.join(',') : value;
  return { http, id, method: http.method ?? 'GET', bucket, key, resource, query: parameters, headers };
}
