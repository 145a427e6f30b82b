import * as v from 'valibot';
import { ApiRequest } from './api-request';
import { badRequest, HttpProblem, tooLarge, unsupportedMediaType } from './problem';
import { parseStrictJson, StrictJsonError } from './strict-json';

/** Our largest body is a name, a title and some numbers; video never passes through the API. */
export const MAX_BODY_BYTES = 16 * 1024;

type Schema<T> = v.BaseSchema<unknown, T, v.BaseIssue<unknown>>;

/** The JSON body, checked against the schema; a problem 400, 413 or 415 otherwise. */
export function readJsonBody<T>(request: ApiRequest, schema: Schema<T>): T {
  return checked(schema, parseBody(request, requiredBody(request)));
}

/** Like {@link readJsonBody}, but no body at all counts as `{}`. */
export function readOptionalJsonBody<T>(request: ApiRequest, schema: Schema<T>): T {
  return request.body?.length ? readJsonBody(request, schema) : checked(schema, {});
}

function requiredBody(request: ApiRequest): Buffer {
  if (!request.body?.length) throw badRequest('BODY_MISSING', 'The request needs a JSON body.');
  return request.body;
}

function parseBody(request: ApiRequest, body: Buffer): unknown {
  if (body.length > MAX_BODY_BYTES) throw tooLarge('BODY_TOO_LARGE', `The body has ${body.length} bytes; at most ${MAX_BODY_BYTES} are read.`);
  const mediaType = request.header('content-type')?.split(';')[0].trim().toLowerCase();
  if (mediaType !== 'application/json') throw unsupportedMediaType('BODY_NOT_JSON', 'Send the body as Content-Type: application/json.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    // The gateway hands bodies over as text, and what was no UTF-8 as this.
    if (text.includes('\ufffd')) throw new StrictJsonError('it is not UTF-8');
    return parseStrictJson(text);
  } catch (error) {
    throw badRequest('BODY_INVALID', `The body cannot be read: ${error instanceof StrictJsonError ? error.message : 'it is not UTF-8'}.`);
  }
}

function checked<T>(schema: Schema<T>, value: unknown): T {
  // To a schema of an object without required fields, an array is an empty object.
  if (Array.isArray(value)) throw badRequest('BODY_INVALID', 'The body must be a JSON object; got an array.');
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw invalidField(result.issues[0]);
}

function invalidField(issue: v.BaseIssue<unknown>): HttpProblem {
  const field = v.getDotPath(issue);
  const where = field === null ? 'The body' : `The field "${field.slice(0, 40)}"`;
  return badRequest('BODY_INVALID', `${where} is not valid: ${unknownKey(issue) ? 'unknown field' : issue.message.slice(0, 200)}.`);
}

/** strictObject reports a key it does not know as "expected never". */
function unknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}
