/** Turns what the SDK throws into the runtime's own errors, once, at the border: callers ask only whether to retry. */
import { PermanentError, TransientError, VideoError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';

/** What we read of an SDK error; the SDK's classes differ by service, its fields do not. */
interface ServiceFailure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** No retry fixes these: the role, the key or the resource itself is wrong. */
const PERMANENT = new Set([
  'AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Forbidden', 'KMS.DisabledException', 'KMS.NotFoundException',
  'NoSuchBucket', 'InvalidBucketName', 'ResourceNotFoundException', 'ValidationException', 'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

/** A 403 that heals by itself: credentials are refreshed and the SDK corrects its clock. */
const HEALING = new Set([
  'ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestTimeTooSkewed', 'RequestExpired', 'InvalidAccessKeyId',
  'InvalidToken', 'UnrecognizedClientException', 'InvalidClientTokenId', 'SignatureDoesNotMatch', 'InvalidSignatureException',
]);

/** Names that an answer without a body leaves to the SDK, as to a HEAD request. */
const NAMELESS = new Set(['400', '403', 'BadRequest', 'Forbidden', 'Unknown', 'UnknownError']);

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

export function statusOf(error: unknown): number | undefined {
  return (error as ServiceFailure).$metadata?.httpStatusCode;
}

export function nameOf(error: unknown): string {
  return (error as ServiceFailure).name ?? 'Error';
}

/** A refusal that new credentials may heal. S3 answers a HEAD without saying why. */
export function mayBeExpired(error: unknown): boolean {
  const status = statusOf(error);
  return HEALING.has(nameOf(error)) || ((status === 400 || status === 403) && NAMELESS.has(nameOf(error)));
}

/** An object or version that is not there, in any of S3's spellings; HEAD answers without a body. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket';
}

/** The error to throw instead, saying what was being done. Errors of our own pass unchanged. */
export function awsFailure(error: unknown, doing: string): VideoError {
  if (error instanceof VideoError) return error;
  const failure = error as ServiceFailure;
  const message = `${doing}: ${failure.name ?? 'Error'}: ${failure.message ?? String(error)}`;
  if (DISK_FULL.has(failure.code ?? '')) return new TransientError(FailureCode.SCRATCH_FULL, message, { cause: error });
  if (isPermanent(failure)) return new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, message, { cause: error });
  return new TransientError(FailureCode.SERVICE_UNAVAILABLE, message, { cause: error });
}

function isPermanent({ name = '', $metadata }: ServiceFailure): boolean {
  if (PERMANENT.has(name)) return true;
  return $metadata?.httpStatusCode === 403 && !HEALING.has(name);
}
