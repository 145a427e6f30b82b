import { Rational, toNumber } from './rational';
import { displaySize, VideoFacts } from './source-facts';
import { LadderRung } from '../contract/ladder-profile';
import { bitrateCap } from '../contract/processing-limits';

/** A rung of the profile, applied to one source. */
export interface PlannedRung {
  readonly rung: LadderRung;
  readonly width: number;
  readonly height: number;
}

/** The cap of a rung's video bit rate at a frame rate, bits per second. */
export function maxBitrate(rung: LadderRung, frameRate: Rational): number {
  return bitrateCap(rung.maxBitrate, toNumber(frameRate));
}

/** 4:2:0 halves the frame in both directions, so sides are even. */
function even(pixels: number): number {
  return Math.max(2, Math.floor(pixels / 2) * 2);
}

function scaleTo(shortSide: number, source: { width: number; height: number }): { width: number; height: number } {
  const landscape = source.width >= source.height;
  const short = Math.min(source.width, source.height);
  const long = Math.max(source.width, source.height);
  const longSide = Math.min(even(long), Math.max(2, Math.round((long * shortSide) / short / 2) * 2));
  return landscape ? { width: longSide, height: shortSide } : { width: shortSide, height: longSide };
}

/**
 * The rungs to make of a source, largest first: those not above its shorter side, so that nothing is enlarged. A source smaller than every
 * rung of a codec gets that codec's smallest rung at its own size.
 */
export function planLadder(rungs: readonly LadderRung[], video: VideoFacts): readonly PlannedRung[] {
  const source = displaySize(video);
  const short = even(Math.min(source.width, source.height));
  const codecs = [...new Set(rungs.map(rung => rung.codec))];
  return codecs.flatMap(codec => {
    const ofCodec = rungs.filter(rung => rung.codec === codec).sort((a, b) => b.shortSide - a.shortSide);
    const fitting = ofCodec.filter(rung => rung.shortSide <= short);
    if (fitting.length > 0) return fitting.map(rung => ({ rung, ...scaleTo(even(rung.shortSide), source) }));
    const smallest = ofCodec[ofCodec.length - 1];
    const suffix = smallest.name.replace(/^\d+p/, '');
    return [{ rung: { ...smallest, name: `${short}p${suffix}` }, ...scaleTo(short, source) }];
  });
}
