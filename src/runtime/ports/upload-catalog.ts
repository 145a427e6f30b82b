import { Failure, Video } from '../domain/video';

/** A caller's own key for one upload request, so that a retried request creates nothing twice. */
export interface IdempotencyKey {
  readonly ownerId: string;
  readonly key: string;
  /** Hash of the request's parameters: the same key with others is a conflict. */
  readonly fingerprint: string;
  /** When the record may be forgotten. */
  readonly expiresAt: Date;
}

export type ClaimOutcome =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'replay'; readonly videoId: string }
  | { readonly kind: 'conflict' };

/** What the uploader needs of the catalog. */
export interface UploadCatalog {
  /** Adds a video that is deleted at `expiresAt` unless its source arrives; VideoExistsError when the id is taken. */
  create(video: Video, expiresAt: Date): Promise<void>;
  get(videoId: string): Promise<Video | undefined>;
  /** Claims the key for a video id, or says which video it was used for. */
  claim(key: IdempotencyKey, videoId: string): Promise<ClaimOutcome>;
  /** AWAITING_UPLOAD to QUEUED, and the video as it is then; in any other state nothing happens and the answer is undefined. */
  markQueued(videoId: string, sizeBytes: number): Promise<Video | undefined>;
  /** AWAITING_UPLOAD to REJECTED; false in any other state. */
  refuse(videoId: string, failure: Failure): Promise<boolean>;
  /** AWAITING_UPLOAD to DELETED; true also when it is DELETED already, false in any other state. */
  abort(videoId: string): Promise<boolean>;
}
