import { createHash } from 'crypto';
import { decodePath } from '../../sigv4-request';
import { element, Element, xmlDocument } from '../../xml';
import { checkPlacement, encryptionHeaders, quoted, readAttributes, versionHeaders } from '../attributes';
import { announce, Bucket, Call, sendXml } from '../call';
import { createChecksum, parseAlgorithm } from '../checksums';
import { checkReadConditions, writePrecondition } from '../conditions';
import { notImplemented, S3Error } from '../errors';
import { locateObject } from '../locate';
import { Checksum, ObjectAttributes, ObjectVersion } from '../types';
import { authorizeWrite, commitReceived } from './object-write';

/** The most that a copy in one call takes. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly object: ObjectVersion;
}

export async function copyObject(call: Call): Promise<void> {
  const { request, bucket } = call;
  const source = locateCopySource(call);
  authorizeWrite(call, request.key);
  checkPlacement(bucket.definition, request.headers);
  if (source.object.size > MAX_COPY_BYTES) {
    throw new S3Error('InvalidRequest', `The specified copy source is larger than ${MAX_COPY_BYTES} bytes; use UploadPartCopy.`);
  }
  const attributes = copiedAttributes(call, source);
  const precondition = writePrecondition(request.headers);
  const copied = await copyBytes(call, source, 0, source.object.size - 1, checksumAlgorithm(call, source));
  const draft = { files: [{ path: copied.file, size: copied.size }], etag: copied.etag, attributes, checksum: copied.checksum };
  const object = await commitReceived(call, request.key, draft, precondition);
  announce(call, request.key, object, 'CopyObject');
  sendXml(call, copyResult('CopyObjectResult', object), {
    ...versionHeaders(object.versionId), ...encryptionHeaders(bucket.definition), ...sourceVersionHeader(source),
  });
}

/** Finds what `x-amz-copy-source` names and checks the conditions on it. */
export function locateCopySource(call: Call): CopySource {
  const header = call.request.headers['x-amz-copy-source'] ?? '';
  const match = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^&]*))?$/s.exec(header);
  if (!match) throw new S3Error('InvalidArgument', `x-amz-copy-source must be "bucket/key"; got "${header}".`);
  const [bucketName, key] = [match[1], match[2]].map(decodePath);
  const bucket = call.service.bucket(bucketName);
  const object = locateObject(call, bucket, key, match[3]);
  call.authorization.encryptionKey(bucket.definition, key, 'kms:Decrypt');
  if (checkReadConditions(object, call.request.headers, 'x-amz-copy-source-') === 'not-modified') {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: 'x-amz-copy-source' });
  }
  return { bucket, key, object };
}

/** Copies a run of bytes into a new file, hashing them on the way. */
export async function copyBytes(call: Call, source: CopySource, start: number, end: number, algorithm?: Checksum['algorithm']):
Promise<{ file: string; size: number; etag: string; checksum?: Checksum }> {
  const md5 = createHash('md5');
  const running = algorithm && createChecksum(algorithm);
  const opened = source.bucket.objects.open(source.key, source.object);
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of opened.read(start, end)) {
      md5.update(chunk);
      running?.update(chunk);
      yield chunk;
    }
  }
  try {
    const file = await call.service.scratch.receive(hashed());
    const checksum: Checksum | undefined = algorithm && running
      ? { algorithm, value: running.digest().toString('base64'), type: 'FULL_OBJECT' }
      : undefined;
    return { file, size: end - start + 1, etag: md5.digest('hex'), checksum };
  } finally {
    await opened.close();
  }
}

export function copyResult(root: string, copied: { etag: string; lastModified: string; checksum?: Checksum }): string {
  const checksum: Element[] = copied.checksum ? [element(`Checksum${copied.checksum.algorithm}`, copied.checksum.value)] : [];
  return xmlDocument(root, [element('ETag', quoted(copied.etag)), element('LastModified', copied.lastModified), ...checksum]);
}

export function sourceVersionHeader(source: CopySource): Record<string, string> {
  const { versionId } = source.object;
  return versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': versionId };
}

function copiedAttributes(call: Call, source: CopySource): ObjectAttributes {
  const { request, bucket } = call;
  const directive = request.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive === 'REPLACE') return readAttributes(request.headers, 'headers');
  if (directive !== 'COPY') throw new S3Error('InvalidArgument', `x-amz-metadata-directive must be COPY or REPLACE; got "${directive}".`);
  const overItself = source.bucket === bucket && source.key === request.key && source.object === bucket.objects.current(request.key);
  if (overItself) {
    throw new S3Error('InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.");
  }
  return source.object.attributes;
}

function checksumAlgorithm(call: Call, source: CopySource): Checksum['algorithm'] | undefined {
  const asked = call.request.headers['x-amz-checksum-algorithm'];
  if (asked === undefined) return source.object.checksum?.algorithm;
  const algorithm = parseAlgorithm(asked);
  if (!algorithm) throw notImplemented(`x-amz-checksum-algorithm: ${asked}`);
  return algorithm;
}
