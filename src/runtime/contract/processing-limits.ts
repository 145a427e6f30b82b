import { AWS_LIMITS } from './aws-limits';

/**
 * Limits that the worker keeps to and that the size of its task follows from. One place, so that a task never turns out too small for a
 * job that the worker accepts.
 */

/** From its first receive on, SQS keeps a message from others for this long at most (SQS developer guide, "Visibility timeout"). */
export const LONGEST_RECEIVE_SECONDS = AWS_LIMITS.visibilitySeconds.value;

/** Longer sources are refused. */
export const LONGEST_SOURCE_SECONDS = 12 * 3600;

const MIB = 1024 * 1024;
/** Images, playlists and thumbnails of one job. */
const IMAGES_AND_PLAYLISTS_BYTES = 16 * MIB;
/** What the estimates do not count: file system blocks, mostly. */
export const SCRATCH_MARGIN_BYTES = 16 * MIB;

/** At 30 frames per second or less a rung's cap holds as it is; 31 leaves room for the odd rates of phones. */
const HIGHEST_PLAIN_FRAME_RATE = 31;
/** Twice the frames do not need twice the bits: they differ less. */
const HIGH_RATE_FACTOR = 1.5;

/** The cap of a rung's video bit rate at a frame rate, bits per second. */
export function bitrateCap(maxBitrate: number, framesPerSecond: number): number {
  return Math.round(maxBitrate * (framesPerSecond > HIGHEST_PLAIN_FRAME_RATE ? HIGH_RATE_FACTOR : 1));
}

/** What outputs of these bit rates take at most: a tenth for boxes, and two seconds for one buffer's overshoot. */
export function outputBytesByBitrate(bitsPerSecond: number, seconds: number): number {
  return Math.ceil(bitsPerSecond / 8 * (seconds + 2) * 1.1) + IMAGES_AND_PLAYLISTS_BYTES;
}

/** Outputs of one rendition rarely reach this many times its source, even when a very lean source is encoded plainly. */
const OUTPUT_PER_SOURCE = 4;

/** Bytes of scratch that are set aside for outputs: the ladder's caps bound them from above, a lean source far below that. */
export function reservedOutputBytes(byBitrate: number, sourceBytes: number, renditions: number): number {
  return Math.min(byBitrate, OUTPUT_PER_SOURCE * sourceBytes * renditions + IMAGES_AND_PLAYLISTS_BYTES);
}
