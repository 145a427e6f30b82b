import { Element, element, optional, xmlDocument } from '../../xml';
import { quoted } from '../attributes';
import { Call, pageSize, sendXml } from '../call';
import { S3Error } from '../errors';
import { compareUtf8 } from '../object-index';
import { Upload } from '../upload-store';
import { listingParameters } from './listing';
import { findUpload } from './multipart-upload';

export async function listParts(call: Call): Promise<void> {
  const { request, bucket, authorization } = call;
  authorization.object(bucket.definition, request.key, 's3:ListMultipartUploadParts');
  const upload = findUpload(call);
  const marker = request.query.get('part-number-marker') ?? '0';
  if (!/^\d{1,6}$/.test(marker)) throw new S3Error('InvalidArgument', `part-number-marker must be a whole number; got "${marker}".`);
  const max = pageSize(call, 'max-parts');
  const rest = bucket.uploads.parts(upload.id).filter(part => part.number > Number(marker));
  const page = rest.slice(0, max);
  const truncated = max > 0 && rest.length > max;
  sendXml(call, xmlDocument('ListPartsResult', [
    element('Bucket', bucket.definition.name),
    element('Key', upload.key),
    element('UploadId', upload.id),
    element('StorageClass', 'STANDARD'),
    element('PartNumberMarker', marker),
    ...truncated ? [element('NextPartNumberMarker', page[page.length - 1].number)] : [],
    element('MaxParts', max),
    element('IsTruncated', truncated),
    ...checksumElements(upload),
    ...page.map(part => element('Part', [
      element('PartNumber', part.number),
      element('LastModified', part.lastModified),
      element('ETag', quoted(part.etag)),
      element('Size', part.size),
      ...part.checksum ? [element(`Checksum${part.checksum.algorithm}`, part.checksum.value)] : [],
    ])),
  ]));
}

export async function listMultipartUploads(call: Call): Promise<void> {
  const { query } = call.request;
  const { bucket } = call;
  call.authorization.bucket(bucket.definition, 's3:ListBucketMultipartUploads');
  const { prefix, encode } = listingParameters(call);
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const max = pageSize(call, 'max-uploads');
  const all = bucket.uploads.list().filter(upload => upload.key.startsWith(prefix));
  const marked = all.findIndex(upload => upload.key === keyMarker && upload.id === idMarker);
  // Without a known upload to go on from, the key marker alone decides.
  const rest = marked >= 0 ? all.slice(marked + 1) : all.filter(upload => compareUtf8(upload.key, keyMarker) > 0);
  const page = rest.slice(0, max);
  const truncated = max > 0 && rest.length > max;
  const last = page[page.length - 1];
  sendXml(call, xmlDocument('ListMultipartUploadsResult', [
    element('Bucket', bucket.definition.name),
    element('KeyMarker', encode(keyMarker)),
    element('UploadIdMarker', idMarker),
    ...truncated ? [element('NextKeyMarker', encode(last.key)), element('NextUploadIdMarker', last.id)] : [],
    element('Prefix', encode(prefix)),
    ...optional('EncodingType', query.get('encoding-type')),
    element('MaxUploads', max),
    element('IsTruncated', truncated),
    ...page.map(upload => element('Upload', [
      element('Key', encode(upload.key)),
      element('UploadId', upload.id),
      element('StorageClass', 'STANDARD'),
      element('Initiated', upload.initiated),
      ...checksumElements(upload),
    ])),
  ]));
}

function checksumElements(upload: Upload): Element[] {
  return [...optional('ChecksumAlgorithm', upload.checksumAlgorithm), ...optional('ChecksumType', upload.checksumType)];
}
