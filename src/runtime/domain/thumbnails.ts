import { Rational, toNumber } from './rational';

/** Small images at a steady interval, raw in one file: the storyboard is laid out from them, the poster chosen by them. */
export interface ThumbnailPlan {
  readonly rawFile: string;
  readonly width: number;
  readonly height: number;
  readonly everyFrames: number;
  readonly intervalSeconds: number;
  readonly count: number;
}

const LONG_SIDE = 160;
/** 100 tiles of 160 × 90 make a sheet of 1600 × 900. */
const MOST_THUMBNAILS = 100;
const SHORTEST_INTERVAL_SECONDS = 1;

interface Timing {
  readonly frameRate: Rational;
  readonly frames: number;
  readonly durationSeconds: number;
}

export function planThumbnails(picture: { width: number; height: number }, timing: Timing): ThumbnailPlan {
  const rate = toNumber(timing.frameRate);
  const interval = Math.max(SHORTEST_INTERVAL_SECONDS, timing.durationSeconds / MOST_THUMBNAILS);
  const everyFrames = Math.max(1, Math.ceil(interval * rate - 1e-6));
  const ratio = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
  return {
    rawFile: 'thumbnails.rgb',
    width: Math.max(2, Math.round(picture.width * ratio)),
    height: Math.max(2, Math.round(picture.height * ratio)),
    everyFrames,
    intervalSeconds: everyFrames / rate,
    count: Math.ceil(timing.frames / everyFrames),
  };
}
