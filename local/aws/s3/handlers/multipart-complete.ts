import { createHash } from 'crypto';
import { createReadStream } from 'fs';
import { children, element, parseXml, text, xmlDocument, XmlNode } from '../../xml';
import { checksumHeaders, encryptionHeaders, quoted, versionHeaders } from '../attributes';
import { announce, Call, sendXml } from '../call';
import { checksumHeader, createChecksum } from '../checksums';
import { writeConditionContext, writePrecondition } from '../conditions';
import { S3Error } from '../errors';
import { badDigest, IncomingBody, readText } from '../incoming-body';
import { Draft } from '../object-store';
import { Checksum, CHECKSUM_ALGORITHMS } from '../types';
import { CompletedUpload, Part, Upload } from '../upload-store';
import { findUpload, knownUpload } from './multipart-upload';

const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
const MIN_PART_BYTES = 5 * 1024 * 1024;

export async function completeMultipartUpload(call: Call): Promise<void> {
  const { request, bucket, signature } = call;
  authorize(call);
  const { id } = knownUpload(call);
  const body = new IncomingBody(request, signature, 'object');
  const listed = listedParts(await readText(body, MAX_DOCUMENT_BYTES));
  const precondition = writePrecondition(request.headers);

  const completed = await bucket.uploads.exclusively(id, async () => {
    const done = knownUpload(call).completed;
    // A client that lost the answer asks again; the object is there and must not be made, or announced, twice.
    if (done) return done;
    const upload = findUpload(call);
    const draft = await assemble(call, upload, listed);
    const object = await bucket.objects.put(upload.key, draft, precondition);
    const result: CompletedUpload = { versionId: object.versionId, etag: object.etag, checksum: object.checksum };
    await bucket.uploads.complete(id, result);
    announce(call, upload.key, object, 'CompleteMultipartUpload');
    return result;
  });
  respond(call, completed);
}

function authorize(call: Call): void {
  const { request, bucket, authorization } = call;
  authorization.object(bucket.definition, request.key, 's3:PutObject', {
    ...writeConditionContext(request.headers), 's3:ObjectCreationOperation': 'true',
  });
  if (request.headers['if-match'] !== undefined) authorization.object(bucket.definition, request.key, 's3:GetObject');
  authorization.encryptionKey(bucket.definition, request.key, 'kms:Decrypt');
}

/** Checks the client's list against what was uploaded and describes the object that follows from it. */
async function assemble(call: Call, upload: Upload, listed: readonly XmlNode[]): Promise<Draft> {
  const { bucket, request } = call;
  const uploaded = new Map(bucket.uploads.parts(upload.id).map(part => [part.number, part]));
  const parts = listed.map(entry => matchPart(entry, uploaded, upload));
  checkOrder(parts);
  checkSizes(parts, request.headers['x-amz-mp-object-size']);
  const files = parts.map(part => ({ path: bucket.uploads.pathOf(upload.id, part), size: part.size, keep: true }));
  const checksum = await objectChecksum(upload, parts, files.map(file => file.path));
  checkClaimedChecksum(call, checksum);
  const etags = parts.map(part => Buffer.from(part.etag, 'hex'));
  const etag = `${createHash('md5').update(Buffer.concat(etags)).digest('hex')}-${parts.length}`;
  return { files, etag, attributes: upload.attributes, checksum };
}

function listedParts(document: string): XmlNode[] {
  const root = parseXml(document, 'CompleteMultipartUpload');
  const parts = root ? children(root, 'Part') : [];
  if (parts.length === 0) throw new S3Error('MalformedXML', 'The document must be <CompleteMultipartUpload> with at least one <Part>.');
  return parts;
}

function matchPart(entry: XmlNode, uploaded: ReadonlyMap<number, Part>, upload: Upload): Part {
  const number = Number(text(entry, 'PartNumber'));
  const etag = text(entry, 'ETag')?.trim().replace(/^"(.*)"$/, '$1');
  const part = uploaded.get(number);
  const algorithm = upload.checksumAlgorithm;
  const claimed = CHECKSUM_ALGORITHMS.flatMap(name => text(entry, `Checksum${name}`) ?? []);
  const holds = part && part.etag === etag && claimed.every(value => value === part.checksum?.value);
  if (!holds) {
    throw new S3Error('InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the entity tag or checksum may not match the part's.",
      { UploadId: upload.id, PartNumber: text(entry, 'PartNumber') ?? '', ETag: etag ?? '' });
  }
  if (algorithm && upload.checksumType === 'COMPOSITE' && claimed.length === 0) {
    throw new S3Error('InvalidRequest',
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number}.`);
  }
  return part;
}

function checkOrder(parts: readonly Part[]): void {
  if (parts.some((part, i) => i > 0 && part.number <= parts[i - 1].number)) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order. The parts list must be specified in order by part number.');
  }
}

function checkSizes(parts: readonly Part[], claimed: string | undefined): void {
  const small = parts.slice(0, -1).find(part => part.size < MIN_PART_BYTES);
  if (small) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size',
      { ProposedSize: String(small.size), MinSizeAllowed: String(MIN_PART_BYTES), PartNumber: String(small.number), ETag: small.etag });
  }
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (claimed !== undefined && claimed !== String(size)) {
    throw new S3Error('InvalidRequest', `x-amz-mp-object-size is ${claimed}, but the parts have ${size} bytes.`);
  }
}

async function objectChecksum(upload: Upload, parts: readonly Part[], files: readonly string[]): Promise<Checksum | undefined> {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (!algorithm || !type) return undefined;
  const running = createChecksum(algorithm);
  if (type === 'COMPOSITE') {
    parts.forEach(part => running.update(Buffer.from(part.checksum?.value ?? '', 'base64')));
    return { algorithm, type, value: `${running.digest().toString('base64')}-${parts.length}` };
  }
  for (const file of files) {
    for await (const chunk of createReadStream(file)) running.update(chunk as Buffer);
  }
  return { algorithm, type, value: running.digest().toString('base64') };
}

function checkClaimedChecksum(call: Call, checksum: Checksum | undefined): void {
  const { headers } = call.request;
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== checksum?.type) {
    throw new S3Error('InvalidRequest', `x-amz-checksum-type is ${type}, but the upload was created with ${checksum?.type ?? 'none'}.`);
  }
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const claimed = headers[checksumHeader(algorithm)];
    if (claimed === undefined) continue;
    const actual = checksum?.algorithm === algorithm ? checksum.value : undefined;
    if (claimed !== actual) throw badDigest(algorithm);
  }
}

function respond(call: Call, completed: CompletedUpload): void {
  const { bucket, request } = call;
  const { checksum } = completed;
  const location = `http://${request.headers.host ?? 'localhost'}/${bucket.definition.name}/${encodeURIComponent(request.key)}`;
  sendXml(call, xmlDocument('CompleteMultipartUploadResult', [
    element('Location', location),
    element('Bucket', bucket.definition.name),
    element('Key', request.key),
    element('ETag', quoted(completed.etag)),
    ...checksum ? [element(`Checksum${checksum.algorithm}`, checksum.value), element('ChecksumType', checksum.type)] : [],
  ]), { ...versionHeaders(completed.versionId), ...encryptionHeaders(bucket.definition), ...checksumHeaders(completed) });
}
