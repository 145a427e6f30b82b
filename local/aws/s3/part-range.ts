import { S3Error } from './errors';
import { ByteRange } from './range';
import { ObjectVersion } from './types';

/** How S3 tells that an object came in parts: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function partsCount({ etag, segments }: ObjectVersion): number | undefined {
  return etag.includes('-') ? segments.length : undefined;
}

/** The bytes of one part. An object that was put whole is its own first part; an empty one has no byte to name. */
export function partRange(partNumber: string, object: ObjectVersion): ByteRange | undefined {
  const number = Number(partNumber);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and 10000, inclusive; got "${partNumber}".`);
  }
  const sizes = partsCount(object) === undefined ? [object.size] : object.segments.map(({ size }) => size);
  if (number > sizes.length) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable',
      { PartNumberRequested: partNumber, ActualPartCount: String(sizes.length) });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, size) => sum + size, 0);
  const size = sizes[number - 1];
  return size === 0 ? undefined : { start, end: start + size - 1 };
}
