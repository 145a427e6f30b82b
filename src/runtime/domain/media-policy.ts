import { RejectedError, RejectionCode } from './errors';
import { toNumber } from './rational';
import { displaySize, SourceFacts } from './source-facts';
import { LONGEST_SOURCE_SECONDS } from '../contract/processing-limits';

/** Video and audio streams in one file. Cameras write up to five, broadcast masters up to twelve. */
const MAX_STREAMS = 16;
/** 8192 × 4320: everything up to DCI 8K. */
export const MAX_PIXELS = 8192 * 4320;

/** Part of a track that may be damaged. A viewer sits through a glitch; a tenth is a film that cannot be followed. */
export const MOST_DAMAGED_SHARE = 0.1;

/** What a source may be at most. */
export interface MediaLimits {
  readonly maxDurationSeconds: number;
  /** Coded width × height. */
  readonly maxPixels: number;
  readonly maxSidePixels: number;
  readonly maxFrameRate: number;
  readonly maxStreams: number;
}

export const DEFAULT_MEDIA_LIMITS: MediaLimits = {
  maxDurationSeconds: LONGEST_SOURCE_SECONDS,
  maxPixels: MAX_PIXELS,
  // The side that H.264 decoders in hardware stop at is 4096; software and HEVC go on to 8192.
  maxSidePixels: 8192,
  // Phones record slow motion at 240.
  maxFrameRate: 300,
  maxStreams: MAX_STREAMS,
};

/** Codecs we decode, in ffprobe's names. */
export const VIDEO_CODECS: ReadonlySet<string> = new Set([
  'h264', 'hevc', 'vp8', 'vp9', 'av1', 'mpeg4', 'mpeg1video', 'mpeg2video', 'prores', 'dnxhd', 'mjpeg', 'wmv1', 'wmv2', 'wmv3', 'vc1',
  'msmpeg4v1', 'msmpeg4v2', 'msmpeg4v3', 'flv1', 'vp6', 'vp6a', 'vp6f', 'h263', 'dvvideo', 'theora', 'png', 'qtrle',
  'rawvideo', 'v210', 'v308', 'v408', 'v410', 'r210', 'r10k', 'yuv4',
]);

/** Audio codecs we decode, in ffprobe's names. Other audio is left out: no video is refused for it. */
export const AUDIO_CODECS: ReadonlySet<string> = new Set([
  'aac', 'aac_latm', 'mp2', 'mp3', 'ac3', 'eac3', 'dts', 'truehd', 'opus', 'vorbis', 'flac', 'alac', 'nellymoser', 'speex', 'amr_nb', 'amr_wb',
  'wmav1', 'wmav2', 'wmapro', 'wmalossless', 'wmavoice', 'adpcm_ms', 'adpcm_ima_wav', 'adpcm_ima_qt', 'adpcm_swf', 'adpcm_yamaha', 'gsm', 'gsm_ms',
  'pcm_alaw', 'pcm_mulaw', 'pcm_u8', 'pcm_s8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be',
  'pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_dvd', 'pcm_bluray',
  'pcm_u16le', 'pcm_u16be', 'pcm_u24le', 'pcm_u24be', 'pcm_u32le', 'pcm_u32be', 'pcm_s64le', 'pcm_s64be', 'pcm_f16le', 'pcm_f24le',
]);

export function isDecodableAudio(codec: string): boolean {
  return AUDIO_CODECS.has(codec);
}

/** What the rules look at. Before the packets are read, rate and true duration are not known yet. */
export interface PolicySubject {
  readonly videoCodec: string;
  readonly width: number;
  readonly height: number;
  /** As a viewer sees it: pixel shape may stretch a side. */
  readonly longestSide: number;
  readonly durationSeconds?: number;
  readonly frameRate?: number;
}

interface Rule {
  readonly code: RejectionCode;
  readonly broken: (subject: PolicySubject, limits: MediaLimits) => boolean;
  readonly says: (subject: PolicySubject, limits: MediaLimits) => string;
}

const RULES: readonly Rule[] = [
  {
    code: RejectionCode.UNSUPPORTED_CODEC,
    broken: ({ videoCodec }) => !VIDEO_CODECS.has(videoCodec),
    says: ({ videoCodec }) => `The video codec '${videoCodec}' is not supported.`,
  },
  {
    code: RejectionCode.DIMENSIONS_TOO_LARGE,
    broken: ({ width, height, longestSide }, limits) => width * height > limits.maxPixels || longestSide > limits.maxSidePixels,
    says: ({ width, height }, limits) =>
      `The video has ${width} × ${height} pixels; at most ${limits.maxSidePixels} per side and ${limits.maxPixels} in all are accepted.`,
  },
  {
    code: RejectionCode.INVALID_DURATION,
    broken: ({ durationSeconds }) => durationSeconds !== undefined && !(durationSeconds > 0 && Number.isFinite(durationSeconds)),
    says: ({ durationSeconds }) => `The file says that it lasts ${durationSeconds} s, which is no positive time.`,
  },
  {
    code: RejectionCode.DURATION_TOO_LONG,
    broken: ({ durationSeconds = 0 }, limits) => durationSeconds > limits.maxDurationSeconds,
    says: ({ durationSeconds = 0 }, limits) =>
      `The file lasts ${Math.round(durationSeconds)} s; at most ${limits.maxDurationSeconds} s are accepted.`,
  },
  {
    code: RejectionCode.FRAME_RATE_TOO_HIGH,
    broken: ({ frameRate = 0 }, limits) => frameRate > limits.maxFrameRate,
    says: ({ frameRate = 0 }, limits) =>
      `The video runs at ${Math.round(frameRate)} frames per second; at most ${limits.maxFrameRate} are accepted.`,
  },
];

/** First of all, before a stream is chosen. */
export function streamPolicy(streams: number, limits: MediaLimits): void {
  if (streams <= limits.maxStreams) return;
  throw new RejectedError(RejectionCode.TOO_MANY_STREAMS, `The file holds ${streams} video and audio tracks; at most ${limits.maxStreams} are accepted.`);
}

/** @throws RejectedError with the first rule that is broken. */
export function applyPolicy(subject: PolicySubject, limits: MediaLimits): void {
  const rule = RULES.find(({ broken }) => broken(subject, limits));
  if (rule) throw new RejectedError(rule.code, rule.says(subject, limits));
}

/** @throws RejectedError with the first rule that the source breaks. */
export function mediaPolicy(facts: SourceFacts, limits: MediaLimits = DEFAULT_MEDIA_LIMITS): void {
  const { video } = facts;
  const shown = displaySize(video);
  applyPolicy({
    videoCodec: video.codec,
    width: video.width,
    height: video.height,
    longestSide: Math.max(video.width, video.height, shown.width, shown.height),
    durationSeconds: facts.durationSeconds,
    frameRate: toNumber(video.frameRate),
  }, limits);
}
