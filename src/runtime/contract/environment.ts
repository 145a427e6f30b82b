/**
 * The environment of every handler, declared once and read by both sides: a construct must satisfy the spec to compile,
 * and the handler reads nothing that the spec does not name. Imports nothing, so that constructs may import it.
 */

export type VariableKind = 'string' | 'integer' | 'json';

export interface VariableSpec {
  readonly kind: VariableKind;
  /** What it means, with its unit. */
  readonly description: string;
}

export type EnvironmentSpec = Readonly<Record<string, VariableSpec>>;

/** What a construct synthesizes: every declared variable, as a string. */
export type EnvironmentOf<S extends EnvironmentSpec> = { readonly [K in keyof S]: string };

/** What a handler reads: the same variables in their own types. */
export type ValuesOf<S extends EnvironmentSpec> = {
  readonly [K in keyof S]: S[K]['kind'] extends 'integer' ? number : S[K]['kind'] extends 'json' ? unknown : string;
};

/** A handler was started without a variable it needs: a fault of the template, never of a request. */
export class EnvironmentError extends Error {
  constructor(readonly variable: string, problem: string) {
    super(`Environment variable ${variable} ${problem}. The construct that starts this handler must set it.`);
    this.name = 'EnvironmentError';
  }
}

/**
 * Reads and converts the declared variables.
 *
 * @throws EnvironmentError naming the first variable that is missing or malformed.
 */
export function readEnvironment<S extends EnvironmentSpec>(spec: S, source: Readonly<Record<string, string | undefined>>): ValuesOf<S> {
  const values: Record<string, unknown> = {};
  for (const [name, { kind, description }] of Object.entries(spec)) {
    const raw = source[name];
    if (raw === undefined || raw === '') throw new EnvironmentError(name, `is missing (${description})`);
    values[name] = CONVERSIONS[kind](name, raw);
  }
  return values as ValuesOf<S>;
}

const CONVERSIONS: Record<VariableKind, (name: string, raw: string) => unknown> = {
  string: (_name, raw) => raw,
  integer: (name, raw) => {
    if (!/^\d+$/.test(raw)) throw new EnvironmentError(name, `must be a whole number, got '${raw}'`);
    return Number(raw);
  },
  json: (name, raw) => {
    try {
      return JSON.parse(raw);
    } catch {
      throw new EnvironmentError(name, `must be JSON, got '${raw.slice(0, 80)}'`);
    }
  },
};

const CATALOG_TABLE = { kind: 'string', description: 'name of the catalog table' } as const;
const VIDEO_BUCKET = { kind: 'string', description: 'name of the video bucket' } as const;
const METRICS_NAMESPACE = { kind: 'string', description: 'CloudWatch namespace of the platform metrics' } as const;
const LOG_LEVEL = { kind: 'string', description: 'DEBUG, INFO, WARN or ERROR' } as const;
const MAX_UPLOAD_BYTES = { kind: 'integer', description: 'largest accepted source, in bytes' } as const;
const ALLOWED_ORIGINS = {
  kind: 'json',
  description: 'foreign origins whose pages may call the API: JSON array of "scheme://host[:port]", or ["*"]; [] for none',
} as const;

const JOB_QUEUE_URL = { kind: 'string', description: 'URL of the job queue' } as const;
const CONCURRENCY = { kind: 'integer', description: 'jobs one worker runs side by side' } as const;
const SIGNING_KEYS_ARN = { kind: 'string', description: 'ARN in Secrets Manager of the keys that open media' } as const;

export const UPLOADER_ENVIRONMENT = {
  CATALOG_TABLE,
  VIDEO_BUCKET,
  METRICS_NAMESPACE,
  LOG_LEVEL,
  MAX_UPLOAD_BYTES,
  ALLOWED_ORIGINS,
  UPLOAD_EXPIRY_SECONDS: { kind: 'integer', description: 'how long a presigned upload form is valid, in seconds' },
} as const satisfies EnvironmentSpec;

export const ANALYTICS_ENVIRONMENT = {
  CATALOG_TABLE,
  METRICS_NAMESPACE,
  LOG_LEVEL,
  ALLOWED_ORIGINS,
  SIGNING_KEYS_ARN,
  PLAYBACK_EXPIRY_SECONDS: { kind: 'integer', description: 'how long signed cookies are valid, in seconds' },
} as const satisfies EnvironmentSpec;

export const SIGNING_ENVIRONMENT = {
  LOG_LEVEL,
  SIGNING_KEYS_ARN,
  KEY_VALUE_STORE_ARN: { kind: 'string', description: 'ARN of the CloudFront key value store of path token keys' },
  KEY_NAME_PREFIX: { kind: 'string', description: 'name of the key group, and start of the names of its public keys' },
  ROTATION_SECONDS: { kind: 'integer', description: 'how long a key is signed with before the next one takes over' },
} as const satisfies EnvironmentSpec;

export const SCALER_ENVIRONMENT = {
  METRICS_NAMESPACE,
  LOG_LEVEL,
  JOB_QUEUE_URL,
  CLUSTER: { kind: 'string', description: 'name of the cluster of the workers' },
  SERVICE_ARN: { kind: 'string', description: 'ARN of the service of the workers' },
  MAX_WORKERS: { kind: 'integer', description: 'most workers that may be wanted' },
  JOBS_PER_WORKER: { kind: 'integer', description: 'jobs that one worker works off within the acceptable latency' },
  CONCURRENCY,
} as const satisfies EnvironmentSpec;

export const PUBLISHER_ENVIRONMENT = {
  LOG_LEVEL,
  CONSOLE_BUCKET: { kind: 'string', description: 'name of the bucket that the console is published to' },
  KEEP_DAYS: { kind: 'integer', description: 'how long files of earlier builds stay, in days' },
} as const satisfies EnvironmentSpec;

export const PROCESSOR_ENVIRONMENT = {
  CATALOG_TABLE,
  VIDEO_BUCKET,
  METRICS_NAMESPACE,
  LOG_LEVEL,
  MAX_UPLOAD_BYTES,
  JOB_QUEUE_URL,
  MAX_RECEIVE_COUNT: { kind: 'integer', description: 'receives after which SQS moves a message to the dead-letter queue' },
  VISIBILITY_TIMEOUT_SECONDS: { kind: 'integer', description: 'how long a received message stays hidden without a heartbeat' },
  HEARTBEAT_SECONDS: { kind: 'integer', description: 'how often visibility and lease are renewed during a job' },
  MAX_JOB_SECONDS: { kind: 'integer', description: 'longest a job may take before it is stopped, below the 12 hours of SQS' },
  PROTECTION_SECONDS: { kind: 'integer', description: 'longest the task is protected from a deployment at a stretch' },
  STOP_TIMEOUT_SECONDS: { kind: 'integer', description: 'seconds between SIGTERM and SIGKILL, as the task definition says' },
  CONCURRENCY,
  SCRATCH_DIR: { kind: 'string', description: 'writable folder for sources and renditions; relative to the working directory' },
  SCRATCH_BYTES: { kind: 'integer', description: 'bytes of scratch the task has' },
  LADDER_PROFILE: { kind: 'json', description: 'rendition ladder, as LadderProfileSpec' },
} as const satisfies EnvironmentSpec;
