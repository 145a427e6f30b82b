/** Why a file is refused. Documented in docs/rejection-codes.md; a code never changes its meaning. */
export enum RejectionCode {
  SOURCE_MISSING = 'SOURCE_MISSING',
  SOURCE_EMPTY = 'SOURCE_EMPTY',
  SOURCE_TOO_LARGE = 'SOURCE_TOO_LARGE',
  CHECKSUM_MISMATCH = 'CHECKSUM_MISMATCH',
  UNSUPPORTED_FORMAT = 'UNSUPPORTED_FORMAT',
  UNSUPPORTED_CODEC = 'UNSUPPORTED_CODEC',
  EXTERNAL_REFERENCE = 'EXTERNAL_REFERENCE',
  UNREADABLE = 'UNREADABLE',
  TRUNCATED = 'TRUNCATED',
  NO_VIDEO_STREAM = 'NO_VIDEO_STREAM',
  TOO_MANY_STREAMS = 'TOO_MANY_STREAMS',
  DIMENSIONS_TOO_LARGE = 'DIMENSIONS_TOO_LARGE',
  DURATION_TOO_LONG = 'DURATION_TOO_LONG',
  INVALID_DURATION = 'INVALID_DURATION',
  FRAME_RATE_TOO_HIGH = 'FRAME_RATE_TOO_HIGH',
  RESOURCE_LIMIT = 'RESOURCE_LIMIT',
}

interface RejectionFacts {
  /** Completes "the file …". */
  readonly meaning: string;
  readonly cause: string;
  /** What its owner can do: the end of every message with this code, unless there is better advice. */
  readonly advice: string;
}

/** The one table of refusals: the end of their messages, and the text of docs/rejection-codes.md. */
export const REJECTIONS: Readonly<Record<RejectionCode, RejectionFacts>> = {
  SOURCE_MISSING: { meaning: 'is no longer in the bucket', cause: 'deleted between upload and processing', advice: 'Upload it again.' },
  SOURCE_EMPTY: { meaning: 'has no bytes', cause: 'an upload of an empty file', advice: 'Upload it again.' },
  SOURCE_TOO_LARGE: {
    meaning: 'is larger than the platform accepts', cause: 'the platform\'s `maxUploadSize`', advice: 'Upload a smaller file.',
  },
  CHECKSUM_MISMATCH: { meaning: 'arrived with other bytes than were sent', cause: 'a faulty connection or disk', advice: 'Upload it again.' },
  UNSUPPORTED_FORMAT: {
    meaning: 'starts like none of the [accepted formats](accepted-formats.md), whatever its name says',
    cause: 'playlists, images, audio files, documents',
    advice: 'Export it as MP4 with H.264 and AAC.',
  },
  UNSUPPORTED_CODEC: {
    meaning: 'is a container we accept with video in a codec that is not decoded, or encrypted',
    cause: 'rare professional codecs, DRM, Dolby Vision profile 5',
    advice: 'Export it as MP4 with H.264 and AAC.',
  },
  EXTERNAL_REFERENCE: {
    meaning: 'names media outside itself',
    cause: 'QuickTime reference movies, exports that were not "self-contained"; also attacks',
    advice: 'Export it as a self-contained file.',
  },
  UNREADABLE: {
    meaning: 'is damaged in more than a tenth, cannot be decoded, or has times that run backwards',
    cause: 'bit errors, broken encoders, recordings joined byte by byte',
    advice: 'Copy it from the device again, or export it again as MP4 with H.264.',
  },
  TRUNCATED: {
    meaning: 'holds less than it promises', cause: 'an interrupted recording, copy or upload', advice: 'Copy it from the device again, or upload it again.',
  },
  NO_VIDEO_STREAM: { meaning: 'has no video track', cause: 'audio alone, cover art, subtitles', advice: 'Upload a file with video.' },
  TOO_MANY_STREAMS: {
    meaning: 'has more than 16 video and audio tracks, or 256 of all kinds',
    cause: 'archives with many languages',
    advice: 'Export it with one video and one audio track.',
  },
  DIMENSIONS_TOO_LARGE: {
    meaning: 'has more than 8192 × 4320 pixels, or a side above 8192', cause: 'panoramas, still images', advice: 'Export it at 8192 × 4320 or less.',
  },
  DURATION_TOO_LONG: { meaning: 'lasts longer than 12 hours', cause: 'broken time stamps; also attacks', advice: 'Cut it into parts.' },
  INVALID_DURATION: { meaning: 'states a duration that is not a positive number', cause: 'broken muxers; also attacks', advice: 'Export it again.' },
  FRAME_RATE_TOO_HIGH: {
    meaning: 'runs at more than 300 frames per second', cause: 'high-speed cameras', advice: 'Export it at 240 frames per second or fewer.',
  },
  RESOURCE_LIMIT: {
    meaning: 'needs more time, memory or disk than any honest file of its length',
    cause: 'decompression bombs, a gap of more than 20 minutes in the audio',
    advice: 'Export it again as MP4 with H.264.',
  },
};
