/** What may be asked of the uploader: the body's schema, then the policy on type and size. */
import { createHash } from 'crypto';
import * as v from 'valibot';
import { ACCEPTED_TYPES, IDEMPOTENCY_KEY_HEADER } from '../contract';
import { escapeFileName, escapeText, extensionOf, withoutExtension } from './file-name';
import { Visibility } from '../domain/video';
import { ApiRequest } from '../http/api-request';
import { readJsonBody } from '../http/body';
import { badRequest, tooLarge, unsupportedMediaType } from '../http/problem';

const MAX_NAME_LENGTH = 255;
const MAX_TITLE_LENGTH = 200;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/** Strict: a field that we do not know (`ownerId`, `status`) is a mistake or an attack, never ignored. */
const BODY = v.strictObject({
  fileName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_NAME_LENGTH)),
  contentType: v.pipe(v.string(), v.minLength(1), v.maxLength(100), v.toLowerCase()),
  // JSON has no infinity, but 1e309 becomes one.
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  title: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TITLE_LENGTH))),
  visibility: v.optional(v.picklist(['private', 'public'] satisfies Visibility[]), 'private'),
});

export interface UploadRequest {
  /** Escaped, ready to be stored and shown. */
  readonly fileName: string;
  readonly title: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly visibility: Visibility;
}

/** @throws HttpProblem 400, 413 or 415. */
export function readUploadRequest(request: ApiRequest, maxBytes: number): UploadRequest {
  const { fileName, title, ...rest } = readJsonBody(request, BODY);
  checkType(fileName, rest.contentType);
  if (rest.sizeBytes > maxBytes) throw tooLarge('FILE_TOO_LARGE', `The file has ${rest.sizeBytes} bytes; at most ${maxBytes} are accepted.`);
  const shownName = escapeFileName(fileName);
  return { ...rest, fileName: shownName, title: title === undefined ? withoutExtension(shownName) : escapeText(title) };
}

/** The caller's key, or undefined when there is none; a problem 400 when it is not 1 to 128 visible ASCII characters. */
export function readIdempotencyKey(request: ApiRequest): string | undefined {
  if (request.contradicts(IDEMPOTENCY_KEY_HEADER)) {
    throw badRequest('IDEMPOTENCY_KEY_INVALID', `${IDEMPOTENCY_KEY_HEADER} was sent with different values; send it once.`);
  }
  const key = request.header(IDEMPOTENCY_KEY_HEADER);
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  throw badRequest('IDEMPOTENCY_KEY_INVALID', `${IDEMPOTENCY_KEY_HEADER} must be 1 to 128 visible ASCII characters.`);
}

/** Equal for equal parameters, however the body was formatted. */
export function fingerprintOf({ fileName, title, contentType, sizeBytes, visibility }: UploadRequest): string {
  return createHash('sha256').update(JSON.stringify([fileName, title, contentType, sizeBytes, visibility])).digest('hex');
}

/** Both the name and the declared type must be accepted, and agree: the signed form then fixes the type. */
function checkType(fileName: string, contentType: string): void {
  const extension = extensionOf(fileName);
  const types = extension !== undefined && Object.hasOwn(ACCEPTED_TYPES, extension) ? ACCEPTED_TYPES[extension] : undefined;
  if (!types) {
    throw unsupportedMediaType('FILE_TYPE_UNSUPPORTED', `The file name must end in one of ${Object.keys(ACCEPTED_TYPES).map(name => `.${name}`).join(', ')}.`);
  }
  if (!types.includes(contentType)) {
    throw unsupportedMediaType('CONTENT_TYPE_UNSUPPORTED', `A .${extension} file is sent as ${types.join(' or ')}.`);
  }
}
