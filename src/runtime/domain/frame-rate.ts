import { halve, Rational, rational, toNumber } from './rational';

/** Rates that cameras and editors use; a measured one this near to them is one of them. */
const STANDARD_RATES: readonly Rational[] = [
  rational(24000, 1001), rational(24), rational(25), rational(30000, 1001), rational(30), rational(48), rational(50),
  rational(60000, 1001), rational(60), rational(100), rational(120000, 1001), rational(120), rational(240000, 1001), rational(240),
  rational(5), rational(10), rational(12), rational(15), rational(20),
];

/** One gap is off by what a millisecond time base rounds away: 33 ms is 30.3, 16 ms is 62.5. */
export const GAP_TOLERANCE = 0.045;
/** A mean over many gaps is off by little: enough to tell 12.5 from 12, and for a second or two 29.97 from 30. */
export const MEAN_TOLERANCE = 0.004;

/** Below this a 4 s segment holds too few frames to cut well; repeating a still frame costs next to nothing. */
const LOWEST_FRAME_RATE = 5;

/** The standard rate nearest to a measured one, or the measured one in thousandths. */
export function snapFrameRate(measured: number, tolerance: number): Rational {
  const nearest = STANDARD_RATES.reduce((best, rate) =>
    Math.abs(toNumber(rate) - measured) < Math.abs(toNumber(best) - measured) ? rate : best);
  if (Math.abs(toNumber(nearest) / measured - 1) <= tolerance) return nearest;
  return rational(Math.max(1, Math.round(measured * 1000)), 1000);
}

export function isStandardRate(rate: Rational): boolean {
  return STANDARD_RATES.includes(rate);
}

/**
 * The rate of the renditions: the source's, halved until it fits, so that every kept frame is one of the source's.
 * For less than one frame per second (a still beside a song, a jump in time) the lowest rate is enough: repeating
 * frames 30 times per second would make hours of work out of a few kilobytes.
 */
export function outputFrameRate(source: Rational, maxFrameRate: number, shownPerSecond: number): Rational {
  if (toNumber(source) < LOWEST_FRAME_RATE || shownPerSecond < 1) return rational(LOWEST_FRAME_RATE);
  let rate = source;
  // 60.0001 is 60: a rate is only above the cap when a viewer could tell.
  while (toNumber(rate) > maxFrameRate * 1.001) rate = halve(rate);
  return rate;
}
