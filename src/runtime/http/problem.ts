/** Refusals of a request, told as problem documents (RFC 9457). */
import { VideoError } from '../domain/errors';

/** A request that is answered with a problem document. The detail is shown to the caller: no internals, no echo of secrets. */
export class HttpProblem extends VideoError {
  readonly retryable = false;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; what clients decide by. */
  readonly code: string;
  readonly correlationId: string;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

export function problemDocument(problem: HttpProblem, correlationId: string): ProblemDocument {
  return {
    type: `urn:video-platform:problem:${problem.code.toLowerCase().replace(/_/g, '-')}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    correlationId,
  };
}

export function badRequest(code: string, detail: string): HttpProblem {
  return new HttpProblem(400, code, 'Bad request', detail);
}

export function unauthorized(detail: string): HttpProblem {
  return new HttpProblem(401, 'UNAUTHORIZED', 'Sign-in needed', detail, { 'WWW-Authenticate': 'Bearer' });
}

export function forbidden(code: string, detail: string): HttpProblem {
  return new HttpProblem(403, code, 'Not allowed', detail);
}

/** One answer for what does not exist and for what the caller may not know to exist. */
export function videoNotFound(): HttpProblem {
  return new HttpProblem(404, 'VIDEO_NOT_FOUND', 'No such video', 'There is no such video, or you may not see it.');
}

export function conflict(code: string, detail: string): HttpProblem {
  return new HttpProblem(409, code, 'Conflict', detail);
}

export function tooLarge(code: string, detail: string): HttpProblem {
  return new HttpProblem(413, code, 'Too large', detail);
}

export function unsupportedMediaType(code: string, detail: string): HttpProblem {
  return new HttpProblem(415, code, 'Unsupported media type', detail);
}
