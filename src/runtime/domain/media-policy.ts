import { RejectedError, RejectionCode } from './errors';
import { toNumber } from './rational';
import { displaySize, SourceFacts } from './source-facts';
import { MAX_PIXELS, MAX_STREAMS } from './untrusted-input';

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
  maxDurationSeconds: 12 * 3600,
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
  'msmpeg4v1', 'msmpeg4v2', 'msmpeg4v3', 'flv1', 'vp6', 'vp6a', 'vp6f', 'h263', 'dvvideo', 'theora',
]);

const AUDIO_CODECS: readonly RegExp[] = [
  /^(aac|aac_latm|mp2|mp3|ac3|eac3|dts|truehd|opus|vorbis|flac|alac|nellymoser|speex|amr_nb|amr_wb)$/,
  /^wma(v1|v2|pro|lossless|voice)$/,
  /^adpcm_(ms|ima_wav|ima_qt|swf)$/,
  /^pcm_(alaw|mulaw|u8|s8|s16[lb]e|s24[lb]e|s32[lb]e|f32[lb]e|f64[lb]e|dvd|bluray)$/,
];

export function isDecodableAudio(codec: string): boolean {
  return AUDIO_CODECS.some(pattern => pattern.test(codec));
}

interface Rule {
  readonly code: RejectionCode;
  readonly broken: (facts: SourceFacts, limits: MediaLimits) => boolean;
  readonly says: (facts: SourceFacts, limits: MediaLimits) => string;
}

const RULES: readonly Rule[] = [
  {
    code: RejectionCode.TOO_MANY_STREAMS,
    broken: (facts, limits) => facts.streams > limits.maxStreams,
    says: (facts, limits) => `The file holds ${facts.streams} streams; at most ${limits.maxStreams} are accepted.`,
  },
  {
    code: RejectionCode.UNSUPPORTED_CODEC,
    broken: facts => !VIDEO_CODECS.has(facts.video.codec),
    says: facts => `The video codec '${facts.video.codec}' is not supported; H.264 in MP4 always is.`,
  },
  {
    code: RejectionCode.UNSUPPORTED_CODEC,
    broken: facts => facts.audio !== undefined && !isDecodableAudio(facts.audio.codec),
    says: facts => `The audio codec '${facts.audio?.codec}' is not supported; AAC always is.`,
  },
  {
    code: RejectionCode.DIMENSIONS_TOO_LARGE,
    broken: ({ video }, limits) => {
      const { width, height } = displaySize(video);
      return video.width * video.height > limits.maxPixels || Math.max(video.width, video.height, width, height) > limits.maxSidePixels;
    },
    says: ({ video }, limits) =>
      `The picture is ${video.width} × ${video.height}; at most ${limits.maxSidePixels} a side and ${limits.maxPixels} pixels are accepted.`,
  },
  {
    code: RejectionCode.INVALID_DURATION,
    broken: facts => !Number.isFinite(facts.durationSeconds) || facts.durationSeconds <= 0,
    says: facts => `The duration (${facts.durationSeconds} s) is not a positive time.`,
  },
  {
    code: RejectionCode.DURATION_TOO_LONG,
    broken: (facts, limits) => facts.durationSeconds > limits.maxDurationSeconds,
    says: (facts, limits) => `The file lasts ${Math.round(facts.durationSeconds)} s; at most ${limits.maxDurationSeconds} s are accepted.`,
  },
  {
    code: RejectionCode.FRAME_RATE_TOO_HIGH,
    broken: (facts, limits) => toNumber(facts.video.frameRate) > limits.maxFrameRate,
    says: (facts, limits) =>
      `The file shows ${Math.round(toNumber(facts.video.frameRate))} pictures a second; at most ${limits.maxFrameRate} are accepted.`,
  },
];

/** @throws RejectedError with the first rule that the source breaks. */
export function mediaPolicy(facts: SourceFacts, limits: MediaLimits = DEFAULT_MEDIA_LIMITS): void {
  const rule = RULES.find(({ broken }) => broken(facts, limits));
  if (rule) throw new RejectedError(rule.code, rule.says(facts, limits));
}
