import { Failure, Progress, PublishedMedia, Video, VideoStatus } from '../domain/video';

/** The right to process one video, fenced by its epoch: every write asserts it. */
export interface Lease {
  readonly videoId: string;
  readonly owner: string;
  readonly epoch: number;
  readonly workId: string;
}

export interface Work {
  readonly videoId: string;
  /** hash(bucket, key, versionId, profile version). */
  readonly workId: string;
  /** Comparable: see `comparableSequencer`. */
  readonly sequencer: string;
}

/**
 * What a worker saw of another's lease. A lease is taken over only when this has not changed for the lease's length on
 * the observer's own monotonic clock, so that no wall clock, however wrong, steals a lease from a living owner.
 */
export interface LeaseObservation {
  readonly epoch: number;
  readonly renewals: number;
}

export type LeaseOutcome =
  | { readonly kind: 'acquired'; readonly lease: Lease; readonly video: Video }
  | { readonly kind: 'held'; readonly observation: LeaseObservation }
  /** READY, REJECTED or DELETED: nothing left to do but what `video` may still lack beside the catalog. */
  | { readonly kind: 'finished'; readonly video: Video }
  /** A newer source of the same video has been seen. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'unknown' };

/** What the processor needs of the catalog. All writes are conditional on the lease; LeaseLostError when it is gone. */
export interface ProcessingCatalog {
  get(videoId: string): Promise<Video | undefined>;
  /**
   * Takes the lease when it is free, belongs to an older source, or has stayed as `stale` saw it.
   * Costs one read when there is nothing to take.
   */
  acquire(work: Work, owner: string, stale?: LeaseObservation): Promise<LeaseOutcome>;
  renew(lease: Lease): Promise<void>;
  reportProgress(lease: Lease, progress: Progress): Promise<void>;
  /** The one write that makes a video visible: PROCESSING at this epoch to READY. */
  publish(lease: Lease, media: PublishedMedia, sizeBytes: number): Promise<void>;
  /** Ends the video REJECTED or FAILED. */
  finish(lease: Lease, status: VideoStatus.REJECTED | VideoStatus.FAILED, failure: Failure): Promise<void>;
  /** Back to QUEUED and free for the next worker at once. */
  release(lease: Lease): Promise<void>;
}
