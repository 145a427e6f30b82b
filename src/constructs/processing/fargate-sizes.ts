import {
  bitrateCap, LadderProfileSpec, LONGEST_SOURCE_SECONDS, outputBytesByBitrate, reservedOutputBytes, SCRATCH_MARGIN_BYTES,
} from '../../runtime/contract';

/** Memory that a task of so many CPU units may have, MiB (ECS developer guide, "Task CPU and memory"). */
interface MemoryRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const GIB = 1024;
const FARGATE_SIZES: Readonly<Record<number, MemoryRange>> = {
  256: { min: 512, max: 2 * GIB, step: 512 },
  512: { min: GIB, max: 4 * GIB, step: GIB },
  1024: { min: 2 * GIB, max: 8 * GIB, step: GIB },
  2048: { min: 4 * GIB, max: 16 * GIB, step: GIB },
  4096: { min: 8 * GIB, max: 30 * GIB, step: GIB },
  8192: { min: 16 * GIB, max: 60 * GIB, step: 4 * GIB },
  16384: { min: 32 * GIB, max: 120 * GIB, step: 8 * GIB },
};

/** What is wrong with the pair, or undefined when Fargate runs it. */
export function sizeProblem(cpu: number, memoryLimitMiB: number): string | undefined {
  const range = FARGATE_SIZES[cpu];
  if (!range) {
    return `cpu must be one of ${Object.keys(FARGATE_SIZES).join(', ')} units (1024 are one vCPU), got ${cpu}. `
      + 'Choose the next larger one.';
  }
  // 512 units of memory exist with 256 CPU units alone; 1.5 GiB is no size.
  const legal = memoryLimitMiB >= range.min && memoryLimitMiB <= range.max && (memoryLimitMiB % range.step === 0)
    && !(cpu === 256 && memoryLimitMiB === 1536);
  if (legal) return undefined;
  return `memoryLimitMiB for ${cpu} CPU units must be ${range.min} to ${range.max} MiB in steps of ${range.step}, got ${memoryLimitMiB}. `
    + 'Fargate offers no other combination; change one of the two.';
}

/** Fargate offers 21 to 200 GiB (ECS developer guide, "Fargate task ephemeral storage"). */
export const MIN_STORAGE_GIB = 21;
export const MAX_STORAGE_GIB = 200;
/** The image lies on the same disk, packed and unpacked; the rest of the reserve is room for its logs. */
export const IMAGE_RESERVE_GIB = 3;

const BYTES_PER_GIB = 1024 ** 3;

/**
 * GiB of ephemeral storage at which no source up to the limit is ever refused for want of room: for each job the source
 * and its outputs, which are bounded by the ladder's bit rates and by the size of the source.
 */
export function requiredStorageGib(maxUploadBytes: number, ladder: LadderProfileSpec, concurrency: number): number {
  const rates = ladder.rungs.map(rung => bitrateCap(rung.maxBitrate, ladder.maxFrameRate));
  const bitsPerSecond = rates.reduce((sum, rate) => sum + rate, ladder.audioBitrate)
    + (ladder.progressiveMp4 ? Math.max(...rates) + ladder.audioBitrate : 0);
  const outputs = reservedOutputBytes(outputBytesByBitrate(bitsPerSecond, LONGEST_SOURCE_SECONDS), maxUploadBytes, ladder.rungs.length);
  const job = maxUploadBytes + outputs + SCRATCH_MARGIN_BYTES;
  return Math.ceil(concurrency * job / BYTES_PER_GIB) + IMAGE_RESERVE_GIB;
}

/** Bytes that jobs may fill. */
export function scratchBytes(ephemeralStorageGib: number): number {
  return (ephemeralStorageGib - IMAGE_RESERVE_GIB) * BYTES_PER_GIB;
}
