/** Names of the metrics that handlers publish (embedded metric format) and alarms read. */
export const METRIC = {
  /** Jobs that ended READY. */
  JOBS_READY: 'JobsReady',
  /** Jobs refused for good: the file is not a video we accept. */
  JOBS_REJECTED: 'JobsRejected',
  /** Jobs given up after the last receive; their message is in the dead-letter queue. */
  JOBS_FAILED: 'JobsFailed',
  /** Attempts that ended in a retry. */
  JOBS_RETRIED: 'JobsRetried',
  /** Messages that are not jobs. */
  MESSAGES_MALFORMED: 'MessagesMalformed',
  /** Seconds from receive to READY. */
  JOB_SECONDS: 'JobSeconds',
  /** Jobs that wait while none is in flight, as the scaler finds them each minute. */
  JOBS_UNATTENDED: 'JobsUnattended',
  UPLOADS_CREATED: 'UploadsCreated',
  VIEWS: 'Views',
  LIKES: 'Likes',
} as const;

/** Dimension that every platform metric has: uploader, analytics, scaler or processor. */
export const SERVICE_DIMENSION = 'service';
/** Further dimension of the metrics that count rejections and failures: the code. */
export const CODE_DIMENSION = 'code';
