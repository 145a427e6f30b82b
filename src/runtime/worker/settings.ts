import * as v from 'valibot';
import { EnvironmentError, LadderProfileSpec, PROCESSOR_ENVIRONMENT, ValuesOf } from '../contract';

/** What the worker is told, in the units it computes with. */
export interface WorkerSettings {
  readonly bucket: string;
  readonly maxUploadBytes: number;
  readonly maxReceiveCount: number;
  readonly visibilitySeconds: number;
  readonly heartbeatMs: number;
  /** How long an unchanged lease must be watched before it may be taken over: two missed heartbeats. */
  readonly leaseMs: number;
  readonly maxJobMs: number;
  readonly stopTimeoutMs: number;
  /** Longest that the task is protected from a deployment, and how long it can be replaced then. */
  readonly protectionMs: number;
  readonly unprotectedMs: number;
  readonly concurrency: number;
  readonly scratchDir: string;
  readonly scratchBytes: number;
  readonly profile: LadderProfileSpec;
}

/** A stage that shows no life for so long is stuck: two visibility timeouts, 6 minutes by default. */
const STALL_VISIBILITIES = 2;
/** Time enough for the ECS scheduler to come by. */
const UNPROTECTED_MS = 10 * 60_000;
/** The encoder reports every frame, so a stall shows sooner. */
const LONGEST_ENCODER_STALL_SECONDS = 90;

export function stageStallMs({ visibilitySeconds }: WorkerSettings): number {
  return STALL_VISIBILITIES * visibilitySeconds * 1000;
}

export function stallSeconds(settings: WorkerSettings): number {
  return Math.min(LONGEST_ENCODER_STALL_SECONDS, stageStallMs(settings) / 1000);
}

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const PROFILE = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  version: positive,
  rungs: v.pipe(v.array(v.object({
    name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/)),
    shortSide: positive,
    codec: v.picklist(['h264', 'hevc', 'av1']),
    crf: v.pipe(v.number(), v.minValue(0)),
    maxBitrate: positive,
  })), v.minLength(1)),
  maxFrameRate: v.pipe(v.number(), v.minValue(1)),
  audioBitrate: positive,
  audioOnlyRung: v.boolean(),
  progressiveMp4: v.boolean(),
  effort: v.optional(v.picklist(['fast', 'balanced', 'slow'])),
});

/** @throws EnvironmentError when the ladder profile is not one. */
export function workerSettings(environment: ValuesOf<typeof PROCESSOR_ENVIRONMENT>): WorkerSettings {
  const profile = v.safeParse(PROFILE, environment.LADDER_PROFILE);
  if (!profile.success) throw new EnvironmentError('LADDER_PROFILE', `is not a ladder profile: ${v.summarize(profile.issues)}`);
  return {
    bucket: environment.VIDEO_BUCKET,
    maxUploadBytes: environment.MAX_UPLOAD_BYTES,
    maxReceiveCount: environment.MAX_RECEIVE_COUNT,
    visibilitySeconds: environment.VISIBILITY_TIMEOUT_SECONDS,
    heartbeatMs: environment.HEARTBEAT_SECONDS * 1000,
    leaseMs: environment.HEARTBEAT_SECONDS * 2000,
    maxJobMs: environment.MAX_JOB_SECONDS * 1000,
    stopTimeoutMs: environment.STOP_TIMEOUT_SECONDS * 1000,
    protectionMs: environment.PROTECTION_SECONDS * 1000,
    unprotectedMs: UNPROTECTED_MS,
    concurrency: environment.CONCURRENCY,
    scratchDir: environment.SCRATCH_DIR,
    scratchBytes: environment.SCRATCH_BYTES,
    profile: profile.output,
  };
}
