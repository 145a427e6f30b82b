/** The rendition ladder as data: a construct's enum-like `LadderProfile` renders it, the processor plans from it. */

export type VideoCodec = 'h264' | 'hevc' | 'av1';

export interface LadderRung {
  /** Name in playlists and file names: `1080p`. Letters, digits and `-`. */
  readonly name: string;
  /** Length of the shorter side in pixels; a source smaller than this is never enlarged to it. Even. */
  readonly shortSide: number;
  readonly codec: VideoCodec;
  /** Constant rate factor: lower is better. The scale is the codec's own. */
  readonly crf: number;
  /** Cap of the video bit rate, bits per second, at 30 frames per second or less. */
  readonly maxBitrate: number;
}

export interface LadderProfileSpec {
  /** Part of the work id: another name or version encodes again. */
  readonly name: string;
  readonly version: number;
  readonly rungs: readonly LadderRung[];
  /** Frames per second above which the rate is halved until it fits. */
  readonly maxFrameRate: number;
  /** AAC bit rate of the stereo track, bits per second. */
  readonly audioBitrate: number;
  /** Adds a variant with sound alone to the master playlist. */
  readonly audioOnlyRung: boolean;
  /** Adds one MP4 file for players without HLS. */
  readonly progressiveMp4: boolean;
}
