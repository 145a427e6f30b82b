import { SourceWarning } from './source-warning';

/** A video as the catalog knows it. */

export enum VideoStatus {
  AWAITING_UPLOAD = 'AWAITING_UPLOAD',
  QUEUED = 'QUEUED',
  PROCESSING = 'PROCESSING',
  READY = 'READY',
  /** The file can never become a video. */
  REJECTED = 'REJECTED',
  /** The platform could not process it; its message is in the dead-letter queue and may be redriven. */
  FAILED = 'FAILED',
  DELETED = 'DELETED',
}

export type Visibility = 'private' | 'public';

/** What the worker is doing, and how far it is. */
export interface Progress {
  readonly stage: ProcessingStage;
  /** 0 to 100, within the stage. */
  readonly percent: number;
}

export type ProcessingStage = 'download' | 'probe' | 'encode' | 'thumbnails' | 'upload' | 'publish';

/** One rendition that viewers can play. */
export interface Rendition {
  readonly name: string;
  /** Pixels; 0 for a rendition of audio alone. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Peak and average of the segments, bits per second, with the audio that plays beside it. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  /** RFC 6381, with the audio's. */
  readonly codecs: string;
  /** Media playlist below the epoch's folder. */
  readonly playlist: string;
  /** Bytes of the media file. */
  readonly sizeBytes: number;
}

/** What one successful encode put below `media/{videoId}/{epoch}/`. */
export interface PublishedMedia {
  readonly epoch: number;
  readonly workId: string;
  readonly masterPlaylist: string;
  /** Every playlist that the master names, so that the API serves these and nothing else. */
  readonly playlists: readonly string[];
  readonly renditions: readonly Rendition[];
  /** Images below the epoch's folder by kind: poster.jpg, poster.webp. */
  readonly posters: readonly string[];
  /** Sprite sheet and the WebVTT file that maps time to its tiles. */
  readonly storyboard?: readonly string[];
  /** The whole video as one plain MP4, where the profile asks for it. */
  readonly progressive?: string;
  readonly durationSeconds: number;
  readonly encodeSeconds: number;
  readonly sourceSha256: string;
  /** What the owner should know of the file; none for most. */
  readonly warnings?: readonly SourceWarning[];
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Video {
  readonly videoId: string;
  readonly ownerId: string;
  readonly title: string;
  /** As the browser named it; shown, never used as a key or path. */
  readonly fileName: string;
  readonly contentType: string;
  readonly visibility: Visibility;
  readonly status: VideoStatus;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly correlationId: string;
  /** Bytes, as declared at upload and corrected by the worker. */
  readonly sizeBytes: number;
  readonly views: number;
  readonly likes: number;
  readonly progress?: Progress;
  readonly failure?: Failure;
  readonly published?: PublishedMedia;
}

/** A change of state: the states it may start from, and the one it ends in. */
export interface Transition {
  readonly from: readonly VideoStatus[];
  readonly to: VideoStatus;
}

/**
 * Every change of state there is. The conditional writes of the catalog are built from these rows: each asserts `from` and writes `to`.
 * An upload may be processed before it is marked as queued, a lost lease is taken again, and a redrive starts a failed video anew.
 */
export const TRANSITIONS = {
  queue: { from: [VideoStatus.AWAITING_UPLOAD], to: VideoStatus.QUEUED },
  start: {
    from: [VideoStatus.AWAITING_UPLOAD, VideoStatus.QUEUED, VideoStatus.PROCESSING, VideoStatus.FAILED], to: VideoStatus.PROCESSING,
  },
  retry: { from: [VideoStatus.PROCESSING], to: VideoStatus.QUEUED },
  publish: { from: [VideoStatus.PROCESSING], to: VideoStatus.READY },
  reject: { from: [VideoStatus.PROCESSING], to: VideoStatus.REJECTED },
  fail: { from: [VideoStatus.PROCESSING], to: VideoStatus.FAILED },
} as const satisfies Record<string, Transition>;

/** A video that can never be processed again: no message about it has anything left to do. */
export function isFinal(status: VideoStatus): boolean {
  const startable: readonly VideoStatus[] = TRANSITIONS.start.from;
  return !startable.includes(status);
}
