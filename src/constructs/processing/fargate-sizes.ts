import {
  AWS_LIMITS, bitrateCap, LadderProfileSpec, LONGEST_SOURCE_SECONDS, outputBytesByBitrate, reservedOutputBytes, SCRATCH_MARGIN_BYTES,
} from '../../runtime/contract';

/** Memory that goes with some number of CPU units, MiB. */
interface MemoryOffer {
  readonly sizes: readonly number[];
  readonly text: string;
}

const GIB = 1024;
/** ECS developer guide, "Task CPU and memory". */
const FARGATE_SIZES: Readonly<Record<number, MemoryOffer>> = {
  256: { sizes: [512, GIB, 2 * GIB], text: '512, 1024 or 2048 MiB' },
  512: inSteps(GIB, 4 * GIB, GIB),
  1024: inSteps(2 * GIB, 8 * GIB, GIB),
  2048: inSteps(4 * GIB, 16 * GIB, GIB),
  4096: inSteps(8 * GIB, 30 * GIB, GIB),
  8192: inSteps(16 * GIB, 60 * GIB, 4 * GIB),
  16384: inSteps(32 * GIB, 120 * GIB, 8 * GIB),
};

function inSteps(min: number, max: number, step: number): MemoryOffer {
  const sizes = Array.from({ length: (max - min) / step + 1 }, (_, index) => min + index * step);
  return { sizes, text: `${min} to ${max} MiB in steps of ${step}` };
}

/** What is wrong with the pair, or undefined when Fargate runs it. */
export function sizeProblem(cpu: number, memoryLimitMiB: number): string | undefined {
  const offer = FARGATE_SIZES[cpu];
  if (!offer) {
    return `cpu must be one of ${Object.keys(FARGATE_SIZES).join(', ')} units (1024 are one vCPU), got ${cpu}. `
      + 'Choose the next larger one.';
  }
  if (offer.sizes.includes(memoryLimitMiB)) return undefined;
  return `memoryLimitMiB for ${cpu} CPU units must be ${offer.text}, got ${memoryLimitMiB}. `
    + 'Fargate offers no other combination; change one of the two.';
}

export const MIN_STORAGE_GIB = AWS_LIMITS.minStorageGib.value;
export const MAX_STORAGE_GIB = AWS_LIMITS.storageGib.value;
/** The image lies on the same disk, packed and unpacked; the rest of the reserve is room for its logs. */
const IMAGE_RESERVE_GIB = 3;

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
