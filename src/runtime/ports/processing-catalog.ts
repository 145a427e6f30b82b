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
  readonly delivery: Delivery;
}

/** One receive of one message: tells a message that has already failed from the same work sent again (a redrive). */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
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
  /** FAILED by this very message: it is on its way to the dead-letter queue. Any other message tries again. */
  | { readonly kind: 'failed'; readonly video: Video }
  /** A newer source of the same video has been seen. */
  | { readonly kind: 'superseded' }
  /** No such video. */
  | { readonly kind: 'unknown' };

/** What a look at the lease shows, without taking it. */
export type LeaseView = Exclude<LeaseOutcome, { readonly kind: 'acquired' }> | { readonly kind: 'free' };

/** What the processor needs of the catalog. All writes are conditional on the lease; LeaseLostError when it is gone. */
export interface ProcessingCatalog {
  get(videoId: string): Promise<Video | undefined>;
  /**
   * Takes the lease when it is free, belongs to an older source, or has stayed as `stale` saw it.
   * Costs one read when there is nothing to take. `owner` is new for every attempt, so that a write whose answer was lost
   * is recognised when it is read back.
   */
  acquire(work: Work, owner: string, stale?: LeaseObservation): Promise<LeaseOutcome>;
  /** One read: what `acquire` would find. */
  observe(work: Work): Promise<LeaseView>;
  renew(lease: Lease): Promise<void>;
  reportProgress(lease: Lease, progress: Progress): Promise<void>;
  /** The one write that makes a video visible: PROCESSING at this epoch to READY. */
  publish(lease: Lease, media: PublishedMedia, sizeBytes: number): Promise<void>;
  /** Ends the video REJECTED or FAILED. */
  finish(lease: Lease, status: VideoStatus.REJECTED | VideoStatus.FAILED, failure: Failure): Promise<void>;
  /** Back to QUEUED and free for the next worker at once. */
  release(lease: Lease): Promise<void>;
}
