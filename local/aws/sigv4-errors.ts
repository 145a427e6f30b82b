/**
 * Why a signature was refused. `code` is the S3 spelling; `jsonCode` is the exception name that the JSON protocols of
 * SQS and DynamoDB use for the same refusal, which the SDK clients of those services know how to read.
 */
export class SignatureError extends Error {
  constructor(readonly code: SignatureErrorCode, message: string) {
    super(message);
    this.name = 'SignatureError';
  }

  get status(): number {
    return STATUS_AND_JSON_CODE[this.code].status;
  }

  get jsonCode(): string {
    return STATUS_AND_JSON_CODE[this.code].jsonCode;
  }
}

export type SignatureErrorCode =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'AuthorizationQueryParametersError'
  | 'ExpiredToken'
  | 'InvalidAccessKeyId'
  | 'InvalidToken'
  | 'InvalidURI'
  | 'MissingAuthenticationToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'
  | 'XAmzContentSHA256Mismatch';

const STATUS_AND_JSON_CODE: Record<SignatureErrorCode, { status: number; jsonCode: string }> = {
  AccessDenied: { status: 403, jsonCode: 'AccessDeniedException' },
  AuthorizationHeaderMalformed: { status: 400, jsonCode: 'IncompleteSignatureException' },
  AuthorizationQueryParametersError: { status: 400, jsonCode: 'IncompleteSignatureException' },
  ExpiredToken: { status: 400, jsonCode: 'ExpiredTokenException' },
  InvalidAccessKeyId: { status: 403, jsonCode: 'UnrecognizedClientException' },
  InvalidToken: { status: 400, jsonCode: 'UnrecognizedClientException' },
  InvalidURI: { status: 400, jsonCode: 'ValidationException' },
  MissingAuthenticationToken: { status: 403, jsonCode: 'MissingAuthenticationTokenException' },
  RequestTimeTooSkewed: { status: 403, jsonCode: 'RequestTimeTooSkewed' },
  SignatureDoesNotMatch: { status: 403, jsonCode: 'InvalidSignatureException' },
  XAmzContentSHA256Mismatch: { status: 400, jsonCode: 'InvalidSignatureException' },
};
