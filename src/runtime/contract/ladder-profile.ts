/** The rendition ladder as data: a construct's enum-like `LadderProfile` renders it, the processor plans from it. */

export type VideoCodec = 'h264' | 'hevc' | 'av1';

/** How long the encoder may think: `fast` costs least to make, `slow` costs least to store and send. */
export type EncoderEffort = 'fast' | 'balanced' | 'slow';

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
  /** Adds a variant with audio alone to the master playlist. */
  readonly audioOnlyRung: boolean;
  /** Adds one MP4 file for players without HLS. */
  readonly progressiveMp4: boolean;
  /** `fast` unless given. */
  readonly effort?: EncoderEffort;
}

const RUNG_1080: LadderRung = { name: '1080p', shortSide: 1080, codec: 'h264', crf: 22, maxBitrate: 5_000_000 };
const RUNG_720: LadderRung = { name: '720p', shortSide: 720, codec: 'h264', crf: 22, maxBitrate: 2_800_000 };
const RUNG_480: LadderRung = { name: '480p', shortSide: 480, codec: 'h264', crf: 22, maxBitrate: 1_400_000 };
const RUNG_360: LadderRung = { name: '360p', shortSide: 360, codec: 'h264', crf: 22, maxBitrate: 800_000 };

/** Plays everywhere: H.264 from 1080p down. */
export const STANDARD_LADDER: LadderProfileSpec = {
  name: 'standard',
  version: 1,
  rungs: [RUNG_1080, RUNG_720, RUNG_480, RUNG_360],
  maxFrameRate: 60,
  audioBitrate: 128_000,
  audioOnlyRung: false,
  progressiveMp4: false,
};

/** For small screens and metered networks: no 1080p, 30 frames per second, an audio-only variant for poor connections. */
export const MOBILE_LADDER: LadderProfileSpec = {
  name: 'mobile',
  version: 1,
  rungs: [
    RUNG_720,
    RUNG_480,
    RUNG_360,
    { name: '240p', shortSide: 240, codec: 'h264', crf: 23, maxBitrate: 400_000 },
  ],
  maxFrameRate: 30,
  audioBitrate: 96_000,
  audioOnlyRung: true,
  progressiveMp4: false,
};

/** To keep: up to 2160p, better quality, slower encoding, and one MP4 file to download. */
export const ARCHIVE_LADDER: LadderProfileSpec = {
  name: 'archive',
  version: 1,
  rungs: [
    { name: '2160p', shortSide: 2160, codec: 'h264', crf: 18, maxBitrate: 25_000_000 },
    { name: '1080p', shortSide: 1080, codec: 'h264', crf: 18, maxBitrate: 10_000_000 },
    { name: '720p', shortSide: 720, codec: 'h264', crf: 19, maxBitrate: 5_000_000 },
    { name: '480p', shortSide: 480, codec: 'h264', crf: 20, maxBitrate: 2_000_000 },
  ],
  maxFrameRate: 60,
  audioBitrate: 192_000,
  audioOnlyRung: false,
  progressiveMp4: true,
  effort: 'slow',
};
