/** A small image, 8-bit RGB, and when it is shown. */
export interface PosterCandidate {
  readonly seconds: number;
  readonly pixels: Uint8Array;
}

/** Mean luma, 0 to 255, outside which a frame is a fade, a slate or a flash. */
const DARKEST = 28;
const BRIGHTEST = 228;
/** Frames later than this part of the video give the ending away. */
const EARLY_PART = 0.5;

interface Light {
  readonly mean: number;
  /** Standard deviation: flat frames, such as titles on black, have little. */
  readonly contrast: number;
}

function lightOf(pixels: Uint8Array): Light {
  let sum = 0;
  let squares = 0;
  const count = Math.max(1, Math.floor(pixels.length / 3));
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const luma = 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
    sum += luma;
    squares += luma * luma;
  }
  const mean = sum / count;
  return { mean, contrast: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Time of the frame for the poster: well lit and rich in contrast, from the first half if possible. */
export function choosePoster(candidates: readonly PosterCandidate[]): number {
  const rated = candidates.map(({ seconds, pixels }) => ({ seconds, ...lightOf(pixels) }));
  const lit = rated.filter(({ mean }) => mean >= DARKEST && mean <= BRIGHTEST);
  const end = candidates.length > 0 ? candidates[candidates.length - 1].seconds : 0;
  const early = lit.filter(({ seconds }) => seconds <= end * EARLY_PART);
  const pool = early.length > 0 ? early : lit.length > 0 ? lit : rated;
  return pool.reduce((best, candidate) => (candidate.contrast > best.contrast ? candidate : best), pool[0])?.seconds ?? 0;
}
