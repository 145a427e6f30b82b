import { notImplemented, S3Error } from './errors';

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Reads a Range header against a size; undefined means the whole object, which is also what a malformed one means. */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined || !/^bytes=/i.test(header)) return undefined;
  if (header.includes(',')) throw notImplemented(`several ranges in one request ("${header}"); neither does S3`);
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header);
  if (!match || (match[1] === '' && match[2] === '')) return undefined;

  const [first, last] = [match[1], match[2]].map(part => (part === '' ? undefined : Number(part)));
  if (first !== undefined && last !== undefined && last < first) return undefined;
  const start = first ?? Math.max(size - (last ?? 0), 0);
  const end = first === undefined ? size - 1 : Math.min(last ?? size - 1, size - 1);
  if (start > end) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable',
      { RangeRequested: header, ActualObjectSize: String(size) }, { 'content-range': `bytes */${size}` });
  }
  return { start, end };
}
