import { EncoderEffort, LadderProfileSpec, VideoCodec } from './ladder-profile';

/** What one million pixels of a rendition's frame cost. */
interface PixelCost {
  /** Core seconds a second of source at 30 frames per second. */
  readonly cores: number;
  readonly memoryMib: number;
}

/**
 * Measured with ffmpeg 5.1 on two cores, noisy 16:9 video from 360p to 2160p, decoding included: processor time and peak memory.
 * Memory was also measured with ffmpeg 7.1, at 2160p only. Enough to tell a task that cannot do its job from one that can: a source
 * larger or noisier than its renditions takes more, up to twice the processor time.
 */
const PIXEL_COST: Readonly<Record<VideoCodec, Readonly<Record<EncoderEffort, PixelCost>>>> = {
  h264: { fast: { cores: 0.35, memoryMib: 140 }, balanced: { cores: 0.5, memoryMib: 170 }, slow: { cores: 0.7, memoryMib: 230 } },
  hevc: { fast: { cores: 1.2, memoryMib: 190 }, balanced: { cores: 1.5, memoryMib: 200 }, slow: { cores: 1.9, memoryMib: 220 } },
  av1: { fast: { cores: 1.2, memoryMib: 250 }, balanced: { cores: 2, memoryMib: 340 }, slow: { cores: 3.2, memoryMib: 360 } },
};

/** The worker, the process that makes its images, and the system. */
const BASE_MEMORY_MIB = 256;

export interface LadderCost {
  /** Seconds that an encode takes for each second of its source, on that many CPU units alone. */
  readonly secondsPerSourceSecond: number;
  readonly memoryMib: number;
}

/** Roughly what a ladder takes of a task; 1024 CPU units are one core. */
export function ladderCost({ rungs, effort = 'fast' }: LadderProfileSpec, cpu: number, concurrency: number): LadderCost {
  const costs = rungs.map(({ shortSide, codec }) => {
    const megapixels = shortSide * shortSide * 16 / 9 / 1_000_000;
    const { cores, memoryMib } = PIXEL_COST[codec][effort];
    return { cores: cores * megapixels, memoryMib: memoryMib * megapixels };
  });
  const sum = (what: keyof PixelCost) => costs.reduce((total, cost) => total + cost[what], 0);
  return {
    secondsPerSourceSecond: concurrency * sum('cores') * 1024 / cpu,
    memoryMib: Math.ceil(BASE_MEMORY_MIB + concurrency * sum('memoryMib')),
  };
}
