/**
 * Every error that the runtime throws on purpose. `retryable` is the only question that callers ask: a permanent one
 * goes straight to a terminal state, a retryable one back to the queue.
 */
export abstract class VideoError extends Error {
  /** Stable, documented code: shown to users, counted in metrics. */
  abstract readonly code: string;
  abstract readonly retryable: boolean;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The file will never become a video: terminal REJECTED. */
export class RejectedError extends VideoError {
  readonly retryable = false;
  constructor(readonly code: RejectionCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Why a file is refused. Documented in docs/rejection-codes.md; a code never changes its meaning. */
export enum RejectionCode {
  SOURCE_MISSING = 'SOURCE_MISSING',
  SOURCE_EMPTY = 'SOURCE_EMPTY',
  SOURCE_TOO_LARGE = 'SOURCE_TOO_LARGE',
  /** Not one of the accepted containers, by its first bytes. */
  UNSUPPORTED_FORMAT = 'UNSUPPORTED_FORMAT',
  /** A container we accept, holding a codec we do not. */
  UNSUPPORTED_CODEC = 'UNSUPPORTED_CODEC',
  /** Refers to other files or addresses. */
  EXTERNAL_REFERENCE = 'EXTERNAL_REFERENCE',
  UNREADABLE = 'UNREADABLE',
  /** Shorter in content than it claims, or damaged on the way. */
  TRUNCATED = 'TRUNCATED',
  NO_VIDEO_STREAM = 'NO_VIDEO_STREAM',
  TOO_MANY_STREAMS = 'TOO_MANY_STREAMS',
  DIMENSIONS_TOO_LARGE = 'DIMENSIONS_TOO_LARGE',
  DURATION_TOO_LONG = 'DURATION_TOO_LONG',
  INVALID_DURATION = 'INVALID_DURATION',
  FRAME_RATE_TOO_HIGH = 'FRAME_RATE_TOO_HIGH',
  /** Decoding took more time or memory than any file of its size may. */
  RESOURCE_LIMIT = 'RESOURCE_LIMIT',
}

/** A message that is not a job; it is never deleted, so that it reaches the dead-letter queue as it came. */
export class MalformedMessageError extends VideoError {
  readonly code = 'MALFORMED_MESSAGE';
  readonly retryable = false;
}

/** The lease went to another worker or the video was deleted: stop, touch nothing. */
export class LeaseLostError extends VideoError {
  readonly code = 'LEASE_LOST';
  readonly retryable = true;
}

/** Something that may work next time. */
export class TransientError extends VideoError {
  readonly retryable = true;
  constructor(readonly code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** This worker was told to stop before the job was done: another takes over at once. */
export class InterruptedError extends VideoError {
  readonly code = 'INTERRUPTED';
  readonly retryable = true;
}

/** Something of ours that no retry will mend, such as a permission the role lacks: terminal FAILED. */
export class PermanentError extends VideoError {
  readonly retryable = false;
  constructor(readonly code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** A video id that is taken: ids are random, so this is a second creation of the same video. */
export class VideoExistsError extends VideoError {
  readonly code = 'VIDEO_EXISTS';
  readonly retryable = false;
}

/** A position to continue a listing from that no listing returned. */
export class InvalidPositionError extends VideoError {
  readonly code = 'INVALID_POSITION';
  readonly retryable = false;
}
