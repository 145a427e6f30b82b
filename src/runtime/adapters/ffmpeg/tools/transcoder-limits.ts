import { availableParallelism } from 'node:os';
import { DEFAULT_MEDIA_LIMITS, MediaLimits } from '../../../domain/media-policy';

/** What a run may cost. Wide enough for every legitimate file on the smallest task, narrow enough to end an attack. */
export interface TranscoderLimits {
  readonly media: MediaLimits;
  /** Processor seconds of one ffprobe run; its wall time may be twice that. */
  readonly probeSeconds: number;
  readonly probeMemoryBytes: number;
  /** Wall seconds of an encode: this much, and this much more for each second of the source. */
  readonly encodeBaseSeconds: number;
  readonly encodeSecondsPerSourceSecond: number;
  readonly encodeMemoryBytes: number;
  /** Seconds without a new frame after which the encoder counts as hung. */
  readonly stallSeconds: number;
}

const GIBIBYTE = 1024 ** 3;
/** The C library reserves 64 MiB of address space per thread that allocates, and there are about ten threads per core. */
const ADDRESSES_PER_CORE = GIBIBYTE;

export const DEFAULT_TRANSCODER_LIMITS: TranscoderLimits = {
  media: DEFAULT_MEDIA_LIMITS,
  probeSeconds: 120,
  probeMemoryBytes: 2 * GIBIBYTE,
  encodeBaseSeconds: 300,
  encodeSecondsPerSourceSecond: 60,
  encodeMemoryBytes: 8 * GIBIBYTE + ADDRESSES_PER_CORE * availableParallelism(),
  stallSeconds: 90,
};
