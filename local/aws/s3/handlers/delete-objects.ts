import { AccessDenied } from '../../types';
import { children, Element, element, optional, parseXml, text, xmlDocument, XmlNode } from '../../xml';
import { Call, sendXml } from '../call';
import { NO_PRECONDITION } from '../conditions';
import { notImplemented, S3Error, toS3Error } from '../errors';
import { IncomingBody, readText } from '../incoming-body';
import { NULL_VERSION } from '../types';
import { authorizeDelete } from './object-write';

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
const MAX_KEYS = 1000;

/** Deletes up to 1,000 keys; each is allowed or refused by itself. */
export async function deleteObjects(call: Call): Promise<void> {
  const { request, signature } = call;
  const claimsIntegrity = Object.keys(request.headers).some(name => name === 'content-md5' || name.startsWith('x-amz-checksum-'));
  if (!claimsIntegrity) throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 or x-amz-checksum-*');

  const document = parseXml(await readText(new IncomingBody(request, signature), MAX_DOCUMENT_BYTES), 'Delete');
  const entries = document ? children(document, 'Object') : [];
  if (!document || entries.length === 0 || entries.length > MAX_KEYS) {
    throw new S3Error('MalformedXML', `The document must be <Delete> with 1 to ${MAX_KEYS} <Object> elements; got ${entries.length}.`);
  }
  const quiet = text(document, 'Quiet') === 'true';
  const results: Element[] = [];
  for (const entry of entries) {
    const result = await deleteOne(call, entry);
    if (!quiet || result.failed) results.push(result.element);
  }
  sendXml(call, xmlDocument('DeleteResult', results));
}

async function deleteOne(call: Call, entry: XmlNode): Promise<{ failed: boolean; element: Element }> {
  const key = text(entry, 'Key') ?? '';
  const versionId = text(entry, 'VersionId');
  try {
    checkEntry(entry);
    authorizeDelete(call, key, versionId);
    return { failed: false, element: element('Deleted', await deleted(call, key, versionId)) };
  } catch (error) {
    if (!(error instanceof AccessDenied || error instanceof S3Error)) throw error;
    const { code, message } = toS3Error(error);
    const cause = [element('Key', key), ...optional('VersionId', versionId), element('Code', code), element('Message', message)];
    return { failed: true, element: element('Error', cause) };
  }
}

async function deleted(call: Call, key: string, versionId: string | undefined): Promise<Element[]> {
  const { objects } = call.bucket;
  if (versionId === undefined) {
    const marker = await objects.delete(key, NO_PRECONDITION);
    const made = marker && marker.versionId !== NULL_VERSION
      ? [element('DeleteMarker', true), element('DeleteMarkerVersionId', marker.versionId)]
      : [];
    return [element('Key', key), ...made];
  }
  const removed = await objects.deleteVersion(key, versionId, NO_PRECONDITION);
  const marker = removed?.deleteMarker ? [element('DeleteMarker', true), element('DeleteMarkerVersionId', versionId)] : [];
  return [element('Key', key), element('VersionId', versionId), ...marker];
}

function checkEntry(entry: XmlNode): void {
  const unknown = Object.keys(entry).filter(name => !['Key', 'VersionId', '#text'].includes(name));
  if (unknown.length > 0) throw notImplemented(`${unknown.join(', ')} in DeleteObjects`);
  if (!text(entry, 'Key')) throw new S3Error('MalformedXML', 'An <Object> of DeleteObjects needs a <Key>.');
}
