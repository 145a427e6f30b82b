/** A video as the catalog knows it. */

export enum VideoStatus {
  AWAITING_UPLOAD = 'AWAITING_UPLOAD',
  QUEUED = 'QUEUED',
  PROCESSING = 'PROCESSING',
  READY = 'READY',
  /** The file is not a video we accept. */
  REJECTED = 'REJECTED',
  /** We could not process it; its message is in the dead-letter queue and may be redriven. */
  FAILED = 'FAILED',
  DELETED = 'DELETED',
}

export type Visibility = 'private' | 'public';

/** What the processor is doing, and how far it is. */
export interface Progress {
  readonly stage: ProcessingStage;
  /** 0 to 100, within the stage. */
  readonly percent: number;
}

export type ProcessingStage = 'download' | 'probe' | 'encode' | 'thumbnails' | 'upload' | 'publish';

/** One rendition that viewers can play. */
export interface Rendition {
  readonly name: string;
  /** Pixels; 0 for sound alone. */
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
  /** Bytes, as declared at upload and corrected by the processor. */
  readonly sizeBytes: number;
  readonly views: number;
  readonly likes: number;
  readonly progress?: Progress;
  readonly failure?: Failure;
  readonly published?: PublishedMedia;
}

const TRANSITIONS: Record<VideoStatus, readonly VideoStatus[]> = {
  [VideoStatus.AWAITING_UPLOAD]: [
    VideoStatus.QUEUED, VideoStatus.PROCESSING, VideoStatus.REJECTED, VideoStatus.FAILED, VideoStatus.DELETED,
  ],
  [VideoStatus.QUEUED]: [VideoStatus.PROCESSING, VideoStatus.REJECTED, VideoStatus.FAILED, VideoStatus.DELETED],
  // A retry goes back to QUEUED; a newer source or an expired lease starts PROCESSING anew.
  [VideoStatus.PROCESSING]: [
    VideoStatus.QUEUED, VideoStatus.PROCESSING, VideoStatus.READY, VideoStatus.REJECTED, VideoStatus.FAILED, VideoStatus.DELETED,
  ],
  // A redrive from the dead-letter queue tries again.
  [VideoStatus.FAILED]: [VideoStatus.QUEUED, VideoStatus.PROCESSING, VideoStatus.DELETED],
  [VideoStatus.READY]: [VideoStatus.DELETED],
  [VideoStatus.REJECTED]: [VideoStatus.DELETED],
  [VideoStatus.DELETED]: [],
};

export function mayBecome(from: VideoStatus, to: VideoStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states from which `to` may be reached: what a conditional write asserts. */
export function statesBefore(to: VideoStatus): VideoStatus[] {
  return Object.values(VideoStatus).filter(from => mayBecome(from, to));
}

/** No message about this video has anything left to do. */
export function isFinal(status: VideoStatus): boolean {
  return status === VideoStatus.READY || status === VideoStatus.REJECTED || status === VideoStatus.DELETED;
}
