import { FailureCode, FAILURES, PermanentCode, Retry, TransientCode } from './failure-codes';
import { RejectionCode, REJECTIONS } from './rejections';

export { RejectionCode };

/**
 * Every error that the runtime throws on purpose. `retryable` is the only question that most callers ask: a permanent error
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

/** An error that is no fault of the file. Its code decides what is done about it. */
export abstract class FailureError extends VideoError {
  abstract readonly code: FailureCode;

  get retry(): Retry {
    return FAILURES[this.code].retry;
  }

  get retryable(): boolean {
    return this.retry !== 'never';
  }
}

/** The file will never become a video: terminal REJECTED. */
export class RejectedError extends VideoError {
  readonly retryable = false;

  /**
   * @param finding a sentence about the file, which its owner reads
   * @param options advice: what its owner can do, where the code's own advice does not fit; cause: what the tools said, for the log
   */
  constructor(readonly code: RejectionCode, finding: string, { advice = REJECTIONS[code].advice, cause }: { advice?: string; cause?: unknown } = {}) {
    super(`${finding} ${advice}`.trim(), { cause });
  }
}

/** A message that is not a job; it is never deleted, so that it reaches the dead-letter queue as it came. */
export class MalformedMessageError extends FailureError {
  readonly code = FailureCode.MALFORMED_MESSAGE;
}

/** The lease went to another worker or the video was deleted: stop, touch nothing. */
export class LeaseLostError extends FailureError {
  readonly code = FailureCode.LEASE_LOST;
}

/** A fault that may pass. */
export class TransientError extends FailureError {
  constructor(readonly code: TransientCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** This worker was told to stop before the job was done: another takes over at once. */
export class InterruptedError extends FailureError {
  readonly code = FailureCode.INTERRUPTED;
}

/** A fault of the platform that no retry fixes, such as a permission that the role lacks: terminal FAILED. */
export class PermanentError extends FailureError {
  constructor(readonly code: PermanentCode, message: string, options?: { cause?: unknown }) {
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
