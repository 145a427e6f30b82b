import { checksumHeader } from './checksums';
import { notImplemented, S3Error } from './errors';
import { BucketDefinition, NULL_VERSION, ObjectAttributes, ObjectVersion } from './types';

const SYSTEM_HEADERS = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const METADATA_PREFIX = 'x-amz-meta-';
/** S3's limit on the names and values of an object's user metadata. */
const MAX_METADATA_BYTES = 2048;
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/** The names of the request that describe the object; a form's fields have been decoded, header bytes have not. */
export function readAttributes(fields: Readonly<Record<string, string | undefined>>, source: 'headers' | 'form'): ObjectAttributes {
  const decode = (value: string) => (source === 'headers' ? Buffer.from(value, 'latin1').toString('utf8') : value);
  const headers: Record<string, string> = { 'content-type': DEFAULT_CONTENT_TYPE };
  const metadata: Record<string, string> = {};
  for (const [name, raw] of Object.entries(fields)) {
    if (raw === undefined) continue;
    if (name.startsWith(METADATA_PREFIX)) metadata[checkName(name.slice(METADATA_PREFIX.length))] = decode(raw);
    else if (SYSTEM_HEADERS.includes(name)) headers[name] = checkValue(name, decode(raw));
  }
  headers['content-encoding'] = withoutChunking(headers['content-encoding']);
  if (headers['content-encoding'] === '') delete headers['content-encoding'];
  checkMetadataSize(metadata);
  return { headers, metadata };
}

/** With ownership enforced, the default since April 2023, S3 accepts these and refuses all others. */
const OWNER_ACLS = ['private', 'bucket-owner-full-control'];

/** Refuses storage and encryption other than the bucket's own: it would be stored in a way that nobody asked for. */
export function checkPlacement(bucket: BucketDefinition, fields: Readonly<Record<string, string | undefined>>): void {
  const acl = fields['x-amz-acl'];
  if (acl !== undefined && !OWNER_ACLS.includes(acl)) {
    throw new S3Error('AccessControlListNotSupported', `The bucket does not allow ACLs: x-amz-acl may be ${OWNER_ACLS.join(' or ')}; got "${acl}".`);
  }
  const storageClass = fields['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`x-amz-storage-class: ${storageClass}`);
  const actual = encryptionHeaders(bucket);
  for (const suffix of ['', '-aws-kms-key-id', '-bucket-key-enabled']) {
    const name = `x-amz-server-side-encryption${suffix}`;
    const asked = fields[name];
    if (asked !== undefined && asked !== (actual[name] ?? 'false')) {
      throw notImplemented(`${name}: ${asked} (the bucket's default encryption gives "${actual[name] ?? 'false'}")`);
    }
  }
}

export function encryptionHeaders(bucket: BucketDefinition): Record<string, string> {
  if (bucket.encryptionKeyArn === undefined) return { 'x-amz-server-side-encryption': 'AES256' };
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': bucket.encryptionKeyArn,
    ...(bucket.bucketKeyEnabled ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
  };
}

export function versionHeaders(versionId: string): Record<string, string> {
  return versionId === NULL_VERSION ? {} : { 'x-amz-version-id': versionId };
}

export function checksumHeaders(object: Pick<ObjectVersion, 'checksum'>): Record<string, string> {
  if (!object.checksum) return {};
  return { [checksumHeader(object.checksum.algorithm)]: object.checksum.value, 'x-amz-checksum-type': object.checksum.type };
}

/** The answer to a write: what was made, and how it is kept. */
export function createdHeaders(bucket: BucketDefinition, object: ObjectVersion): Record<string, string> {
  return { etag: quoted(object.etag), ...versionHeaders(object.versionId), ...encryptionHeaders(bucket), ...checksumHeaders(object) };
}

/** Everything that a GET or HEAD shows of an object besides its bytes. */
export function describingHeaders(object: ObjectVersion): Record<string, string> {
  const metadata = Object.entries(object.attributes.metadata).map(([name, value]) => [METADATA_PREFIX + name, encodeMetadata(value)]);
  const system = Object.entries(object.attributes.headers).map(([name, value]) => [name, toHeaderBytes(value)]);
  return Object.fromEntries([...system, ...metadata]) as Record<string, string>;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** Checks a header value that a client chose, before it goes into a response. */
export function checkValue(name: string, value: string): string {
  if (CONTROL_CHARACTERS.test(value)) throw new S3Error('InvalidArgument', `${name} must not hold control characters.`);
  return value;
}

export function toHeaderBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** `aws-chunked` is about the transfer and not kept with the object. */
function withoutChunking(encoding = ''): string {
  return encoding.split(',').map(part => part.trim()).filter(part => part !== '' && part !== 'aws-chunked').join(',');
}

function checkName(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) throw new S3Error('InvalidArgument', `"${METADATA_PREFIX}${name}" is not a header name.`);
  return name.toLowerCase();
}

function checkMetadataSize(metadata: Record<string, string>): void {
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.',
      { Size: String(size), MaxSizeAllowed: String(MAX_METADATA_BYTES) });
  }
}

/** As S3 does, text outside printable ASCII comes back as an RFC 2047 word. */
function encodeMetadata(value: string): string {
  return /[^\x20-\x7e]/.test(value) ? `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=` : value;
}
