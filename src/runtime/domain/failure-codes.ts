/** Why a job or a request failed by no fault of the file. Documented in docs/failure-codes.md; a code never changes its meaning. */
export enum FailureCode {
  ACCESS_OR_CONFIGURATION = 'ACCESS_OR_CONFIGURATION',
  CATALOG_ITEM_CORRUPT = 'CATALOG_ITEM_CORRUPT',
  CATALOG_THROTTLED = 'CATALOG_THROTTLED',
  ENCODER_STALLED = 'ENCODER_STALLED',
  FFMPEG_UNSUITABLE = 'FFMPEG_UNSUITABLE',
  HEARTBEAT_LOST = 'HEARTBEAT_LOST',
  IMAGES_FAILED = 'IMAGES_FAILED',
  INTERNAL = 'INTERNAL',
  INTERRUPTED = 'INTERRUPTED',
  JOB_TIMEOUT = 'JOB_TIMEOUT',
  LAUNCHER_FAILED = 'LAUNCHER_FAILED',
  LAUNCHER_MISSING = 'LAUNCHER_MISSING',
  LEASE_LOST = 'LEASE_LOST',
  MALFORMED_MESSAGE = 'MALFORMED_MESSAGE',
  METADATA_UNREADABLE = 'METADATA_UNREADABLE',
  OBJECT_TOO_LARGE = 'OBJECT_TOO_LARGE',
  POSTER_FAILED = 'POSTER_FAILED',
  SCRATCH_FULL = 'SCRATCH_FULL',
  SCRATCH_TOO_SMALL = 'SCRATCH_TOO_SMALL',
  SCRATCH_UNWRITABLE = 'SCRATCH_UNWRITABLE',
  SERVICE_UNAVAILABLE = 'SERVICE_UNAVAILABLE',
  SIGNATURE_LIFETIME_INVALID = 'SIGNATURE_LIFETIME_INVALID',
  SIGNING_KEYS_CORRUPT = 'SIGNING_KEYS_CORRUPT',
  SIGNING_KEYS_MISSING = 'SIGNING_KEYS_MISSING',
  SOURCE_CHANGED = 'SOURCE_CHANGED',
  SOURCE_SHORT = 'SOURCE_SHORT',
  SOURCE_VERSION_MISSING = 'SOURCE_VERSION_MISSING',
  STALLED = 'STALLED',
  STORAGE_KEY_INVALID = 'STORAGE_KEY_INVALID',
  TASK_PROTECTION = 'TASK_PROTECTION',
  TOOL_FAILED = 'TOOL_FAILED',
  TOOL_KILLED = 'TOOL_KILLED',
  TOOL_STALLED = 'TOOL_STALLED',
}

/**
 * What is done after a failure: `now` repeats the step within the job, with a jittered delay; `later` returns the message, so that the job
 * starts over; `never` means that only an operator can help.
 */
export type Retry = 'now' | 'later' | 'never';

interface FailureFacts {
  readonly retry: Retry;
  /** What happened. */
  readonly meaning: string;
  /** What an operator does before a redrive. */
  readonly action: string;
}

/** The one table of failures: the retry policy, and the text of docs/failure-codes.md. */
export const FAILURES = {
  ACCESS_OR_CONFIGURATION: {
    retry: 'never',
    meaning: 'A service refused a call: the role, the key or the resource is wrong. A source that is gone shows as this too, since S3 answers '
      + '403 for a missing object to a role that may not list.',
    action: 'Read the error in the log; fix the policy or the resource.',
  },
  CATALOG_ITEM_CORRUPT: {
    retry: 'never', meaning: 'The item of the video in the catalog cannot be read.', action: 'Find out what wrote it; restore the item.',
  },
  CATALOG_THROTTLED: {
    retry: 'now', meaning: 'DynamoDB throttled the catalog. The API answers 429.', action: 'Look for a hot key in the table\'s metrics.',
  },
  ENCODER_STALLED: { retry: 'now', meaning: 'ffmpeg made no progress and was killed.', action: 'Raise the memory or CPU of the task.' },
  FFMPEG_UNSUITABLE: {
    retry: 'never', meaning: 'The ffmpeg of the image lacks an encoder, filter or option that the plan uses.', action: 'Fix the image.',
  },
  HEARTBEAT_LOST: {
    retry: 'later', meaning: 'No heartbeat got through for a whole visibility timeout.', action: 'Check the network endpoints.',
  },
  IMAGES_FAILED: { retry: 'now', meaning: 'Poster or storyboard could not be made.', action: 'Read the error in the log; please report it.' },
  INTERNAL: { retry: 'later', meaning: 'An unexpected error: a bug.', action: 'The log has the stack; please report it.' },
  INTERRUPTED: { retry: 'later', meaning: 'The worker was stopped by a deployment or by Spot on every receive.', action: 'Redrive.' },
  JOB_TIMEOUT: { retry: 'later', meaning: 'The job took longer than `maxJobDuration`.', action: 'Raise the limit, or the CPU of the task.' },
  LAUNCHER_FAILED: { retry: 'never', meaning: 'ffmpeg-launcher.sh could not start the tool.', action: 'Fix the image.' },
  LAUNCHER_MISSING: { retry: 'never', meaning: 'The image has no executable ffmpeg-launcher.sh.', action: 'Fix the image.' },
  LEASE_LOST: { retry: 'later', meaning: 'Another worker took the lease, or the video was deleted.', action: 'None: the other worker goes on.' },
  MALFORMED_MESSAGE: { retry: 'never', meaning: 'The message is not a job.', action: 'Find out who may send to the queue; delete it.' },
  METADATA_UNREADABLE: {
    retry: 'never', meaning: 'A metadata document has a version that this code does not know.', action: 'Roll forward, or restore the object.',
  },
  OBJECT_TOO_LARGE: { retry: 'never', meaning: 'An object of ours is larger than it can be.', action: 'Find out what wrote it.' },
  POSTER_FAILED: { retry: 'now', meaning: 'No still image came out of our own rendition.', action: 'Read the error in the log; please report it.' },
  SCRATCH_FULL: { retry: 'later', meaning: 'The scratch disk was full.', action: 'Look at the task; lower `concurrency`.' },
  SCRATCH_TOO_SMALL: {
    retry: 'never', meaning: 'Source and output together exceed the ephemeral storage of the task.', action: 'Raise `ephemeralStorage`.',
  },
  SCRATCH_UNWRITABLE: { retry: 'now', meaning: 'The scratch disk was read-only.', action: 'Look at the task definition.' },
  SERVICE_UNAVAILABLE: {
    retry: 'now', meaning: 'S3, DynamoDB or SQS did not answer through all retries.', action: 'Wait until the service is healthy.',
  },
  SIGNATURE_LIFETIME_INVALID: { retry: 'never', meaning: 'A URL was to be signed for longer than S3 allows.', action: 'Lower the expiry.' },
  SIGNING_KEYS_CORRUPT: {
    retry: 'never', meaning: 'The secret of the signing keys cannot be read.', action: 'Set it to {} and invoke the signing function: it makes new keys.',
  },
  SIGNING_KEYS_MISSING: {
    retry: 'never', meaning: 'There is no key to sign playback with.', action: 'Invoke the signing function with {"action": "advance"}.',
  },
  SOURCE_CHANGED: { retry: 'later', meaning: 'The source was replaced while it was read.', action: 'Redrive; the newest source is taken.' },
  SOURCE_SHORT: { retry: 'now', meaning: 'The download ended before the source did.', action: 'Redrive.' },
  SOURCE_VERSION_MISSING: { retry: 'now', meaning: 'The version of the source that the message names is gone.', action: 'Ask the owner to upload again.' },
  STALLED: { retry: 'later', meaning: 'A stage showed no progress.', action: 'Raise the memory of the task.' },
  STORAGE_KEY_INVALID: { retry: 'never', meaning: 'A key cannot be signed as it stands.', action: 'Please report it.' },
  TASK_PROTECTION: {
    retry: 'now', meaning: 'ECS did not accept the task protection. The job goes on without it.', action: 'None, unless it persists.',
  },
  TOOL_FAILED: { retry: 'now', meaning: 'A tool failed on our own files, not on the source.', action: 'Read the error in the log; please report it.' },
  TOOL_KILLED: { retry: 'now', meaning: 'ffmpeg or ffprobe was killed from outside, most often for lack of memory.', action: 'Raise the memory of the task.' },
  TOOL_STALLED: { retry: 'now', meaning: 'A tool was stopped: it used almost no CPU for its whole time limit.', action: 'Look at disk and load of the task.' },
} as const satisfies Record<FailureCode, FailureFacts>;

type CodeWith<R extends Retry> = { [Code in FailureCode]: (typeof FAILURES)[Code]['retry'] extends R ? Code : never }[FailureCode];

/** Codes of failures that may pass. */
export type TransientCode = CodeWith<'now' | 'later'>;
/** Codes of failures that no retry helps. */
export type PermanentCode = CodeWith<'never'>;
