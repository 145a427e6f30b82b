import { ConditionContext } from '../../types';
import { Element, element, optional, xmlDocument } from '../../xml';
import { quoted } from '../attributes';
import { Call, pageSize, sendXml } from '../call';
import { notImplemented, S3Error } from '../errors';
import { compareUtf8 } from '../object-index';
import { Listed, paginate } from '../pages';
import { ObjectVersion, Version } from '../types';

/** Where a listing goes on: after a key, or after all keys under a common prefix. */
interface Position {
  readonly after: string;
  readonly toldPrefix?: string;
}

/** The first version of the listing, which older tools still call. */
export async function listObjects(call: Call): Promise<void> {
  const { query } = call.request;
  const { prefix, delimiter, encode } = listingParameters(call);
  call.authorization.bucket(call.bucket.definition, 's3:ListBucket', listingContext(call));
  const marker = query.get('marker') ?? '';
  const max = pageSize(call, 'max-keys');
  const toldPrefix = delimiter !== '' && marker.endsWith(delimiter) ? marker : undefined;

  const page = paginate(currentObjects(call, prefix, marker), { prefix, delimiter, max, toldPrefix });
  const next = page.last && ('entry' in page.last ? page.last.entry.key : page.last.commonPrefix);
  sendXml(call, xmlDocument('ListBucketResult', [
    element('Name', call.bucket.definition.name),
    element('Prefix', encode(prefix)),
    element('Marker', encode(marker)),
    ...delimiter === '' ? [] : [element('Delimiter', encode(delimiter))],
    ...optional('EncodingType', query.get('encoding-type')),
    // S3 tells it only with a delimiter; without one the last key is the next marker.
    ...page.truncated && next !== undefined && delimiter !== '' ? [element('NextMarker', encode(next))] : [],
    element('MaxKeys', max),
    element('IsTruncated', page.truncated),
    ...page.entries.map(({ key, value }) => element('Contents', [element('Key', encode(key)), ...objectElements(value)])),
    ...page.commonPrefixes.map(common => element('CommonPrefixes', [element('Prefix', encode(common))])),
  ]));
}

export async function listObjectsV2(call: Call): Promise<void> {
  const { query } = call.request;
  const { prefix, delimiter, encode } = listingParameters(call);
  call.authorization.bucket(call.bucket.definition, 's3:ListBucket', listingContext(call));
  if (query.get('list-type') !== '2') throw notImplemented(`list-type=${query.get('list-type')}`);
  if (query.get('fetch-owner') === 'true') throw notImplemented('fetch-owner=true');
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const position = token === undefined ? { after: startAfter ?? '' } : decodeToken(token);
  const max = pageSize(call, 'max-keys');

  const page = paginate(currentObjects(call, prefix, position.after), { prefix, delimiter, max, toldPrefix: position.toldPrefix });
  const next = page.last && ('entry' in page.last
    ? { after: page.last.entry.key }
    : { after: page.last.commonPrefix, toldPrefix: page.last.commonPrefix });
  sendXml(call, xmlDocument('ListBucketResult', [
    element('Name', call.bucket.definition.name),
    element('Prefix', encode(prefix)),
    ...delimiter === '' ? [] : [element('Delimiter', encode(delimiter))],
    ...optional('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
    ...optional('EncodingType', query.get('encoding-type')),
    ...optional('ContinuationToken', token),
    ...page.truncated && next ? [element('NextContinuationToken', encodeToken(next))] : [],
    element('KeyCount', page.entries.length + page.commonPrefixes.length),
    element('MaxKeys', max),
    element('IsTruncated', page.truncated),
    ...page.entries.map(({ key, value }) => element('Contents', [element('Key', encode(key)), ...objectElements(value)])),
    ...page.commonPrefixes.map(common => element('CommonPrefixes', [element('Prefix', encode(common))])),
  ]));
}

export async function listObjectVersions(call: Call): Promise<void> {
  const { query } = call.request;
  const { prefix, delimiter, encode } = listingParameters(call);
  call.authorization.bucket(call.bucket.definition, 's3:ListBucketVersions', listingContext(call));
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker');
  if (versionMarker !== undefined && keyMarker === '') throw new S3Error('InvalidArgument', 'A version-id-marker needs a key-marker.');
  const max = pageSize(call, 'max-keys');
  const toldPrefix = delimiter !== '' && keyMarker.endsWith(delimiter) ? keyMarker : undefined;

  const page = paginate(versionsAfter(call, prefix, keyMarker, versionMarker), { prefix, delimiter, max, toldPrefix });
  sendXml(call, xmlDocument('ListVersionsResult', [
    element('Name', call.bucket.definition.name),
    element('Prefix', encode(prefix)),
    ...delimiter === '' ? [] : [element('Delimiter', encode(delimiter))],
    element('KeyMarker', encode(keyMarker)),
    element('VersionIdMarker', versionMarker ?? ''),
    ...optional('EncodingType', query.get('encoding-type')),
    ...page.truncated ? nextMarkers(page.last, encode) : [],
    element('MaxKeys', max),
    element('IsTruncated', page.truncated),
    ...page.entries.map(({ key, value }) => versionElement(encode(key), value)),
    ...page.commonPrefixes.map(common => element('CommonPrefixes', [element('Prefix', encode(common))])),
  ]));
}

/** The parameters that every listing shares, and how it is to spell keys. */
export function listingParameters(call: Call): { prefix: string; delimiter: string; encode: (text: string) => string } {
  const { query } = call.request;
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') throw new S3Error('InvalidArgument', `encoding-type must be "url"; got "${encoding}".`);
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    encode: encoding === 'url' ? urlEncode : text => text,
  };
}

function listingContext(call: Call): ConditionContext {
  const present = ['prefix', 'delimiter', 'max-keys'].flatMap(name => {
    const value = call.request.query.get(name);
    return value === undefined ? [] : [[`s3:${name}`, value]];
  });
  return Object.fromEntries(present) as ConditionContext;
}

function* currentObjects(call: Call, prefix: string, after: string): Generator<Listed<ObjectVersion>> {
  for (const { key, versions: [version] } of call.bucket.objects.index.from(laterOf(prefix, after))) {
    if (key !== after && !version.deleteMarker) yield { key, value: version };
  }
}

interface VersionEntry {
  readonly version: Version;
  readonly latest: boolean;
}

function* versionsAfter(call: Call, prefix: string, keyMarker: string, versionMarker: string | undefined): Generator<Listed<VersionEntry>> {
  for (const { key, versions } of call.bucket.objects.index.from(laterOf(prefix, keyMarker))) {
    const marked = key === keyMarker && keyMarker !== '';
    if (marked && versionMarker === undefined) continue;
    const first = marked ? versions.findIndex(version => version.versionId === versionMarker) + 1 : 0;
    for (const [i, version] of versions.entries()) {
      if (i >= first) yield { key, value: { version, latest: i === 0 } };
    }
  }
}

function versionElement(key: string, { version, latest }: VersionEntry): Element {
  const common = [element('Key', key), element('VersionId', version.versionId), element('IsLatest', latest)];
  return version.deleteMarker
    ? element('DeleteMarker', [...common, element('LastModified', version.lastModified)])
    : element('Version', [...common, ...objectElements(version)]);
}

function objectElements(object: ObjectVersion): Element[] {
  return [
    element('LastModified', object.lastModified),
    element('ETag', quoted(object.etag)),
    ...object.checksum ? [element('ChecksumAlgorithm', object.checksum.algorithm), element('ChecksumType', object.checksum.type)] : [],
    element('Size', object.size),
    element('StorageClass', 'STANDARD'),
  ];
}

function nextMarkers(last: ReturnType<typeof paginate<VersionEntry>>['last'], encode: (text: string) => string): Element[] {
  if (!last) return [];
  if ('commonPrefix' in last) return [element('NextKeyMarker', encode(last.commonPrefix))];
  const { key, value } = last.entry;
  return [element('NextKeyMarker', encode(key)), element('NextVersionIdMarker', value.version.versionId)];
}

function laterOf(prefix: string, after: string): string {
  return compareUtf8(prefix, after) > 0 ? prefix : after;
}

function encodeToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decodeToken(token: string): Position {
  try {
    const { after, toldPrefix } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    if (typeof after === 'string' && (toldPrefix === undefined || typeof toldPrefix === 'string')) return { after, toldPrefix };
  } catch {
    // Falls through to the refusal: what cannot be parsed was not made here.
  }
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}

function urlEncode(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/').replace(/%20/g, '+')
    .replace(/[!'()~]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
