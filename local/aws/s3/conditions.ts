import { notImplemented, S3Error } from './errors';
import { Precondition } from './object-store';
import { ObjectVersion, Version } from './types';

type Headers = Readonly<Record<string, string | undefined>>;

/** The conditional headers of a read, in RFC 7232's order. */
export function checkReadConditions(object: ObjectVersion, headers: Headers, prefix = ''): 'proceed' | 'not-modified' {
  const modified = seconds(object.lastModified);
  const ifMatch = headers[`${prefix}if-match`];
  const ifUnmodified = seconds(headers[`${prefix}if-unmodified-since`]);
  if (ifMatch !== undefined ? !matchesEtag(ifMatch, object.etag) : modified > ifUnmodified) {
    throw failed(ifMatch !== undefined ? 'If-Match' : 'If-Unmodified-Since');
  }
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const ifModified = seconds(headers[`${prefix}if-modified-since`]);
  const unchanged = ifNoneMatch !== undefined ? matchesEtag(ifNoneMatch, object.etag) : modified <= ifModified;
  return unchanged ? 'not-modified' : 'proceed';
}

/** The conditional headers of a write, checked while no other write of the key can happen. */
export function writePrecondition(headers: Headers): Precondition {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented(`If-None-Match: ${ifNoneMatch} on a write (only "*" is)`);
  return current => {
    const exists = current !== undefined && !current.deleteMarker;
    if (ifNoneMatch === '*' && exists) throw failed('If-None-Match');
    if (ifMatch !== undefined) requireMatch(current, ifMatch);
  };
}

export function deletePrecondition(headers: Headers): Precondition {
  const ifMatch = headers['if-match'];
  return current => {
    if (ifMatch !== undefined) requireMatch(current, ifMatch);
  };
}

export const NO_PRECONDITION: Precondition = () => undefined;

/** Condition keys of a write, which bucket policies use to demand one. */
export function writeConditionContext(headers: Headers): Record<string, string> {
  return {
    ...(headers['if-none-match'] === undefined ? {} : { 's3:if-none-match': headers['if-none-match'] }),
    ...(headers['if-match'] === undefined ? {} : { 's3:if-match': headers['if-match'] }),
  };
}

function requireMatch(current: Version | undefined, ifMatch: string): void {
  if (current === undefined || current.deleteMarker) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matchesEtag(ifMatch, current.etag)) throw failed('If-Match');
}

function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').map(part => part.trim().replace(/^W\//, '').replace(/^"(.*)"$/, '$1')).some(part => part === '*' || part === etag);
}

/** Not a number for what is absent or no date, so that every comparison with it is false. */
function seconds(date: string | undefined): number {
  return Math.floor(Date.parse(date ?? '') / 1000);
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: condition });
}
