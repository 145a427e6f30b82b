import { SignatureError } from '../sigv4-errors';
import { AccessDenied } from '../types';
import { element, xmlDocument } from '../xml';

/** A refusal in S3's own words: the code that clients switch on, and the HTTP status that goes with it. */
export class S3Error extends Error {
  constructor(
    readonly code: S3ErrorCode,
    message: string,
    /** Further elements of the error document, such as `RangeRequested`. */
    readonly details: Readonly<Record<string, string>> = {},
    /** Response headers that belong to the refusal, such as `content-range`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'S3Error';
  }

  get status(): number {
    return STATUS[this.code];
  }
}

const STATUS = {
  AccessControlListNotSupported: 400,
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BadRequest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredToken: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartNumber: 416,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MaxMessageLengthExceeded: 400,
  MaxPostPreDataLengthExceeded: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof STATUS;

export function notImplemented(what: string, details: Readonly<Record<string, string>> = {}): S3Error {
  return new S3Error('NotImplemented', `The local S3 does not implement ${what}.`, details);
}

/** Puts what the shared signature and policy checks throw, and any bug of ours, into S3's words. */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof AccessDenied) return new S3Error('AccessDenied', error.message);
  if (error instanceof SignatureError) {
    return new S3Error(error.code === 'MissingAuthenticationToken' ? 'AccessDenied' : error.code, error.message);
  }
  return new S3Error('InternalError', `The local S3 failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
}

export function errorDocument(error: S3Error, resource: string, requestId: string): string {
  return xmlDocument('Error', [
    element('Code', error.code),
    element('Message', error.message),
    ...Object.entries(error.details).map(([name, value]) => element(name, value)),
    element('Resource', resource),
    element('RequestId', requestId),
    element('HostId', 'local'),
  ], false);
}
