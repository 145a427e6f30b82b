import { Video } from '../domain/video';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque position after the last item, unless it was the last page. */
  readonly next?: string;
}

export interface OwnerStats {
  readonly videos: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly views: number;
  readonly likes: number;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
}

/** A counter after somebody asked to count. */
export interface Tally {
  readonly total: number;
  /** False when this had been counted before. */
  readonly counted: boolean;
}

/** What the analytics service needs of the catalog. */
export interface LibraryCatalog {
  get(videoId: string): Promise<Video | undefined>;
  /** Newest first; deleted videos are left out. InvalidPositionError when `after` is not a position that a page had. */
  listByOwner(ownerId: string, limit: number, after?: string): Promise<Page<Video>>;
  statsOf(ownerId: string): Promise<OwnerStats>;
  /** Counts a view once per event id; undefined when there is no such video. */
  recordView(videoId: string, eventId: string): Promise<Tally | undefined>;
  /** Counts a like once per user; undefined when there is no such video. */
  recordLike(videoId: string, userId: string): Promise<Tally | undefined>;
}
