import { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { checksumHeaders, checkValue, describingHeaders, encryptionHeaders, quoted, toHeaderBytes, versionHeaders } from '../attributes';
import { Call } from '../call';
import { checkReadConditions } from '../conditions';
import { S3Error } from '../errors';
import { locateObject } from '../locate';
import { partRange, partsCount } from '../part-range';
import { ByteRange, parseRange } from '../range';
import { ObjectVersion } from '../types';

export async function getObject(call: Call): Promise<void> {
  const { request, bucket, authorization } = call;
  const object = locateObject(call, bucket, request.key, request.query.get('versionId'));
  authorization.encryptionKey(bucket.definition, request.key, 'kms:Decrypt');
  const range = respond(call, object);
  if (!range) return;

  const opened = bucket.objects.open(request.key, object);
  try {
    await pipeline(Readable.from(opened.read(range.start, range.end), { objectMode: false }), call.response);
  } finally {
    await opened.close();
  }
}

export async function headObject(call: Call): Promise<void> {
  const { request, bucket, authorization } = call;
  const object = locateObject(call, bucket, request.key, request.query.get('versionId'));
  // Only the checksum is kept under the key; the rest of a HEAD needs no decryption.
  if (wantsChecksum(call)) authorization.encryptionKey(bucket.definition, request.key, 'kms:Decrypt');
  if (respond(call, object)) call.response.end();
}

/** Writes the head of the answer; returns the bytes that are to follow, if any are. */
function respond(call: Call, object: ObjectVersion): ByteRange | undefined {
  const { request, response } = call;
  const identity = {
    etag: quoted(object.etag),
    'last-modified': new Date(object.lastModified).toUTCString(),
    ...versionHeaders(object.versionId),
  };
  if (checkReadConditions(object, request.headers) === 'not-modified') {
    response.writeHead(304, identity).end();
    return undefined;
  }
  const partNumber = request.query.get('partNumber');
  const range = rangeOf(call, object, partNumber);
  const parts = partNumber === undefined ? undefined : partsCount(object);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...identity,
    ...describingHeaders(object),
    ...overrides(call),
    ...encryptionHeaders(call.bucket.definition),
    ...(wantsChecksum(call) && !range ? checksumHeaders(object) : {}),
    ...(range ? { 'content-range': `bytes ${start}-${end}/${object.size}` } : {}),
    ...(parts === undefined ? {} : { 'x-amz-mp-parts-count': String(parts) }),
    'accept-ranges': 'bytes',
    'content-length': String(end - start + 1),
  });
  if (end >= start) return { start, end };
  response.end();
  return undefined;
}

function rangeOf({ request: { headers } }: Call, object: ObjectVersion, partNumber: string | undefined): ByteRange | undefined {
  if (partNumber === undefined) return rangeApplies(headers, object) ? parseRange(headers.range, object.size) : undefined;
  if (headers.range !== undefined) throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  return partRange(partNumber, object);
}

/** With `If-Range`, a range only counts for the object that the client already has the rest of. */
function rangeApplies(headers: Call['request']['headers'], object: ObjectVersion): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  return condition === quoted(object.etag) || Date.parse(condition) === Date.parse(object.lastModified);
}

function overrides(call: Call): Record<string, string> {
  const entries = [...call.request.query]
    .filter(([name]) => name.startsWith('response-'))
    .map(([name, value]) => [name.slice('response-'.length), toHeaderBytes(checkValue(name, value))]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function wantsChecksum(call: Call): boolean {
  return call.request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
}
