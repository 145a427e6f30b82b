import { checksumHeader } from './checksums';
import { notImplemented } from './errors';
import { S3Request } from './request';
import { CHECKSUM_ALGORITHMS } from './types';

export type OperationName =
  | 'ListBuckets' | 'HeadBucket' | 'GetBucketLocation' | 'ListObjects' | 'ListObjectsV2' | 'ListObjectVersions' | 'ListMultipartUploads' | 'DeleteObjects' | 'PostObject'
  | 'GetObject' | 'HeadObject' | 'PutObject' | 'CopyObject' | 'DeleteObject' | 'GetObjectTagging'
  | 'CreateMultipartUpload' | 'UploadPart' | 'UploadPartCopy' | 'CompleteMultipartUpload' | 'AbortMultipartUpload' | 'ListParts';

/** How to tell an operation, and everything it understands: what is not listed here is refused, never ignored. */
interface Operation {
  readonly name: OperationName;
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  /** Parameters that must be there for it to be this operation. */
  readonly selectors?: readonly string[];
  /** An operation that the same path and parameters mean only together with this header. */
  readonly selectingHeader?: string;
  readonly parameters?: readonly string[];
  /** `x-amz-` headers besides the ones that every call may carry. */
  readonly headers?: readonly string[];
}

const OVERRIDES = ['content-type', 'content-language', 'content-disposition', 'content-encoding', 'cache-control', 'expires']
  .map(name => `response-${name}`);
const CHECKSUMS = [...CHECKSUM_ALGORITHMS.map(checksumHeader), 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'];
const ENCRYPTION = ['', '-aws-kms-key-id', '-bucket-key-enabled'].map(name => `x-amz-server-side-encryption${name}`);
const NEW_OBJECT = [...ENCRYPTION, 'x-amz-acl', 'x-amz-meta-*', 'x-amz-storage-class'];
const COPY_SOURCE = ['', '-if-match', '-if-none-match', '-if-modified-since', '-if-unmodified-since'].map(name => `x-amz-copy-source${name}`);
const PAGED = ['prefix', 'delimiter', 'encoding-type'];

const OPERATIONS: readonly Operation[] = [
  { name: 'ListBuckets', method: 'GET', level: 'service' },
  { name: 'ListObjects', method: 'GET', level: 'bucket', parameters: [...PAGED, 'marker', 'max-keys'] },
  { name: 'HeadBucket', method: 'HEAD', level: 'bucket' },
  { name: 'GetBucketLocation', method: 'GET', level: 'bucket', selectors: ['location'] },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    level: 'bucket',
    selectors: ['list-type'],
    parameters: [...PAGED, 'continuation-token', 'max-keys', 'start-after', 'fetch-owner'],
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    level: 'bucket',
    selectors: ['versions'],
    parameters: [...PAGED, 'key-marker', 'version-id-marker', 'max-keys'],
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    level: 'bucket',
    selectors: ['uploads'],
    parameters: ['prefix', 'encoding-type', 'key-marker', 'upload-id-marker', 'max-uploads'],
  },
  { name: 'DeleteObjects', method: 'POST', level: 'bucket', selectors: ['delete'], headers: CHECKSUMS },
  { name: 'PostObject', method: 'POST', level: 'bucket' },
  { name: 'GetObject', method: 'GET', level: 'object', parameters: ['versionId', 'partNumber', ...OVERRIDES], headers: ['x-amz-checksum-mode'] },
  { name: 'HeadObject', method: 'HEAD', level: 'object', parameters: ['versionId', 'partNumber', ...OVERRIDES], headers: ['x-amz-checksum-mode'] },
  { name: 'GetObjectTagging', method: 'GET', level: 'object', selectors: ['tagging'], parameters: ['versionId'] },
  { name: 'ListParts', method: 'GET', level: 'object', selectors: ['uploadId'], parameters: ['max-parts', 'part-number-marker'] },
  { name: 'PutObject', method: 'PUT', level: 'object', headers: [...CHECKSUMS, ...NEW_OBJECT] },
  {
    name: 'CopyObject',
    method: 'PUT',
    level: 'object',
    selectingHeader: 'x-amz-copy-source',
    headers: [...COPY_SOURCE, ...NEW_OBJECT, 'x-amz-metadata-directive', 'x-amz-checksum-algorithm'],
  },
  { name: 'UploadPart', method: 'PUT', level: 'object', selectors: ['partNumber', 'uploadId'], headers: CHECKSUMS },
  {
    name: 'UploadPartCopy',
    method: 'PUT',
    level: 'object',
    selectors: ['partNumber', 'uploadId'],
    selectingHeader: 'x-amz-copy-source',
    headers: [...COPY_SOURCE, 'x-amz-copy-source-range'],
  },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    level: 'object',
    selectors: ['uploads'],
    headers: [...NEW_OBJECT, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    level: 'object',
    selectors: ['uploadId'],
    headers: [...CHECKSUM_ALGORITHMS.map(checksumHeader), 'x-amz-checksum-type', 'x-amz-mp-object-size'],
  },
  { name: 'DeleteObject', method: 'DELETE', level: 'object', parameters: ['versionId'] },
  { name: 'AbortMultipartUpload', method: 'DELETE', level: 'object', selectors: ['uploadId'] },
];

/** Headers that every call may carry: of the signature, of diagnostics, and the owner that the service compares. */
const UNIVERSAL_HEADERS = new Set([
  'x-amz-expected-bucket-owner', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'x-amz-user-agent',
]);

/**
 * Tells which operation a request is.
 *
 * @throws S3Error `NotImplemented`, naming the call and what about it is not understood.
 */
export function recognize(request: S3Request): OperationName {
  const operation = OPERATIONS.filter(candidate => matches(candidate, request)).sort((left, right) => weight(right) - weight(left))[0];
  if (!operation) throw notImplemented(describe(request));
  const understood = new Set([...operation.selectors ?? [], ...operation.parameters ?? []]);
  const parameters = [...request.query.keys()].filter(name => !understood.has(name));
  if (parameters.length > 0) {
    throw notImplemented(`the ${parameters.map(name => `"${name}"`).join(', ')} parameter of ${describe(request)}`);
  }
  const headers = Object.keys(request.headers).filter(name => name.startsWith('x-amz-') && !understandsHeader(operation, name));
  if (headers.length > 0) throw notImplemented(`the ${headers.join(', ')} header of ${operation.name}`);
  return operation.name;
}

function matches(operation: Operation, request: S3Request): boolean {
  return operation.method === request.method
    && operation.level === levelOf(request)
    && (operation.selectors ?? []).every(name => request.query.has(name))
    && (operation.selectingHeader === undefined || request.headers[operation.selectingHeader] !== undefined);
}

function levelOf({ bucket, key }: S3Request): Operation['level'] {
  if (bucket === '') return 'service';
  return key === '' ? 'bucket' : 'object';
}

function weight(operation: Operation): number {
  return (operation.selectors?.length ?? 0) + (operation.selectingHeader ? 1 : 0);
}

function understandsHeader(operation: Operation, header: string): boolean {
  return UNIVERSAL_HEADERS.has(header) || (operation.headers ?? []).some(name =>
    name.endsWith('*') ? header.startsWith(name.slice(0, -1)) : header === name);
}

function describe(request: S3Request): string {
  const level = request.bucket === '' ? '/' : request.key === '' ? '/{bucket}' : '/{bucket}/{key}';
  const query = [...request.query.keys()].join('&');
  return `${request.method} ${level}${query ? `?${query}` : ''}`;
}
