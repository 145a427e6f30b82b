import { rm } from 'fs/promises';
import { element, xmlDocument } from '../../xml';
import { checkPlacement, checksumHeaders, encryptionHeaders, quoted, readAttributes } from '../attributes';
import { Call, sendEmpty, sendXml } from '../call';
import { parseAlgorithm } from '../checksums';
import { notImplemented, S3Error } from '../errors';
import { IncomingBody } from '../incoming-body';
import { parseRange } from '../range';
import { Checksum, ChecksumAlgorithm, ChecksumType } from '../types';
import { Upload } from '../upload-store';
import { copyBytes, copyResult, locateCopySource, sourceVersionHeader } from './object-copy';

const MAX_PART_NUMBER = 10_000;
const MAX_PART_BYTES = 5 * 1024 ** 3;
/** S3 computes a checksum over all bytes only with codes that can be combined, and CRC-64 in no other way. */
const CHECKSUM_TYPES: Record<ChecksumAlgorithm, readonly ChecksumType[]> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
};

export async function createMultipartUpload(call: Call): Promise<void> {
  const { request, bucket, authorization, service } = call;
  authorization.object(bucket.definition, request.key, 's3:PutObject', { 's3:ObjectCreationOperation': 'false' });
  authorization.encryptionKey(bucket.definition, request.key, 'kms:GenerateDataKey');
  checkPlacement(bucket.definition, request.headers);
  const checksum = uploadChecksum(call);
  const upload = await bucket.uploads.create({
    key: request.key,
    initiated: service.now().toISOString(),
    attributes: readAttributes(request.headers, 'headers'),
    checksumAlgorithm: checksum?.algorithm,
    checksumType: checksum?.type,
  });
  sendXml(call, xmlDocument('InitiateMultipartUploadResult', [
    element('Bucket', bucket.definition.name), element('Key', request.key), element('UploadId', upload.id),
  ]), {
    ...encryptionHeaders(bucket.definition),
    ...(checksum ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type } : {}),
  });
}

export async function uploadPart(call: Call): Promise<void> {
  const { request, bucket, signature, service } = call;
  const number = authorizePart(call);
  const upload = findUpload(call);
  const body = new IncomingBody(request, signature);
  const file = await service.scratch.receive(body);
  await storePart(call, upload, number, { file, size: body.size, etag: body.md5Hex, checksum: body.checksum });
  sendEmpty(call, 200, {
    etag: quoted(body.md5Hex), ...encryptionHeaders(bucket.definition), ...checksumHeaders({ checksum: body.checksum }),
  });
}

export async function uploadPartCopy(call: Call): Promise<void> {
  const { request, bucket } = call;
  const source = locateCopySource(call);
  const number = authorizePart(call);
  const upload = findUpload(call);
  const header = request.headers['x-amz-copy-source-range'];
  const range = parseRange(header, source.object.size);
  if (header !== undefined && !range) throw new S3Error('InvalidArgument', `x-amz-copy-source-range must be "bytes=first-last"; got "${header}".`);
  const { start, end } = range ?? { start: 0, end: source.object.size - 1 };
  if (end - start + 1 > MAX_PART_BYTES) throw new S3Error('InvalidRequest', `A part holds at most ${MAX_PART_BYTES} bytes.`);

  const copied = await copyBytes(call, source, start, end, upload.checksumAlgorithm);
  const lastModified = await storePart(call, upload, number, copied);
  sendXml(call, copyResult('CopyPartResult', { ...copied, lastModified }), {
    ...encryptionHeaders(bucket.definition), ...sourceVersionHeader(source),
  });
}

export async function abortMultipartUpload(call: Call): Promise<void> {
  call.authorization.object(call.bucket.definition, call.request.key, 's3:AbortMultipartUpload');
  await call.bucket.uploads.abort(findUpload(call).id);
  sendEmpty(call, 204);
}

/** The upload that a call names, which must be in progress and for the same key. */
export function findUpload(call: Call): Upload {
  const upload = knownUpload(call);
  if (upload.completed) throw noSuchUpload(upload.id);
  return upload;
}

/** Like {@link findUpload}, for the one call that may also meet an upload which is done. */
export function knownUpload(call: Call): Upload {
  const id = call.request.query.get('uploadId') ?? '';
  const upload = call.bucket.uploads.find(id);
  if (!upload || upload.key !== call.request.key) throw noSuchUpload(id);
  return upload;
}

function authorizePart(call: Call): number {
  const { request, bucket, authorization } = call;
  authorization.object(bucket.definition, request.key, 's3:PutObject', { 's3:ObjectCreationOperation': 'false' });
  // Each part continues the encryption that the upload began, so its data key has to be unwrapped.
  authorization.encryptionKey(bucket.definition, request.key, 'kms:Decrypt');
  const value = request.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > MAX_PART_NUMBER) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive; got "${value}".`);
  }
  return number;
}

interface ReceivedPart {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: Checksum;
}

async function storePart(call: Call, upload: Upload, number: number, received: ReceivedPart): Promise<string> {
  const { checksum } = received;
  if (upload.checksumAlgorithm !== undefined && checksum?.algorithm !== upload.checksumAlgorithm) {
    await rm(received.file, { force: true });
    throw new S3Error('InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm}, actual checksum Type: ${checksum?.algorithm ?? 'null'}`);
  }
  const lastModified = call.service.now().toISOString();
  const { size, etag } = received;
  const stored = await call.bucket.uploads.putPart(upload.id, received.file, { number, size, etag, lastModified, checksum });
  if (!stored) throw noSuchUpload(upload.id);
  return lastModified;
}

function uploadChecksum(call: Call): { algorithm: ChecksumAlgorithm; type: ChecksumType } | undefined {
  const { headers } = call.request;
  const name = headers['x-amz-checksum-algorithm'];
  const asked = headers['x-amz-checksum-type'];
  if (name === undefined) {
    if (asked !== undefined) throw new S3Error('InvalidRequest', 'x-amz-checksum-type needs x-amz-checksum-algorithm.');
    return undefined;
  }
  const algorithm = parseAlgorithm(name);
  if (!algorithm) throw notImplemented(`x-amz-checksum-algorithm: ${name}`);
  const type = CHECKSUM_TYPES[algorithm].find(possible => asked === undefined || possible === asked);
  if (!type) throw new S3Error('InvalidRequest', `The ${asked} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  return { algorithm, type };
}

function noSuchUpload(id: string): S3Error {
  return new S3Error('NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', { UploadId: id });
}
