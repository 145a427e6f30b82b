/** Something that a viewer may notice in a video that was accepted all the same. Shown to the owner and kept in the metadata. */
export interface SourceWarning {
  readonly code: WarningCode;
  /** A sentence about the file. */
  readonly message: string;
  /** Seconds from the start, where it concerns one place. */
  readonly at?: number;
}

/** Documented in docs/field-files.md; a code never changes its meaning. */
export enum WarningCode {
  /** Some of the video or audio could not be decoded and was concealed. */
  SOURCE_DAMAGED = 'SOURCE_DAMAGED',
  /** The recording ends in the middle; it was taken up to there. */
  SOURCE_CUT = 'SOURCE_CUT',
  /** The audio could not be decoded: the video is silent. */
  AUDIO_LEFT_OUT = 'AUDIO_LEFT_OUT',
  /** Of several audio tracks one was taken. */
  AUDIO_TRACK_CHOSEN = 'AUDIO_TRACK_CHOSEN',
  /** Two mono tracks were taken for left and right. */
  AUDIO_TRACKS_JOINED = 'AUDIO_TRACKS_JOINED',
  /** Many channels without names: the first two were taken for left and right. */
  AUDIO_LAYOUT_UNKNOWN = 'AUDIO_LAYOUT_UNKNOWN',
  /** The audio's time stamps contradict its content: its samples were counted instead. */
  AUDIO_TIMES_IGNORED = 'AUDIO_TIMES_IGNORED',
}
