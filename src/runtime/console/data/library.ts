/** Queries and changes of videos. */
import type { Api } from './api';
import type { IssuedPlayback, PlaybackView } from '../../analytics/playback';
import type { VideoDetail as Detail, VideoSummary } from '../../analytics/video-view';
import type { OwnerStats } from '../../ports/library-catalog';

export type { IssuedPlayback, OwnerStats, VideoSummary };
export type VideoDetail = Detail & { readonly playback?: PlaybackView };

export interface Listing {
  readonly videos: readonly VideoSummary[];
  readonly nextCursor?: string;
}

const PAGE_SIZE = 24;

export class Library {
  constructor(private readonly api: Api) {}

  list(cursor: string | undefined, signal?: AbortSignal, limit = PAGE_SIZE): Promise<Listing> {
    return this.api.call('listVideos', { query: { limit, cursor }, signal });
  }

  video(videoId: string, signal?: AbortSignal): Promise<VideoDetail> {
    return this.api.call('getVideo', { path: { videoId }, signal });
  }

  /** Opens the media to this browser: the answer sets cookies for `/media/{videoId}/`. */
  openMedia(videoId: string, signal?: AbortSignal): Promise<IssuedPlayback> {
    return this.api.call('createPlayback', { path: { videoId }, signal });
  }

  stats(signal?: AbortSignal): Promise<OwnerStats> {
    return this.api.call('getStats', { signal });
  }

  view(videoId: string, eventId: string): Promise<{ views: number }> {
    return this.api.call('recordView', { path: { videoId }, body: { eventId } });
  }

  like(videoId: string): Promise<{ likes: number }> {
    return this.api.call('recordLike', { path: { videoId } });
  }
}

const ENDED = new Set(['READY', 'REJECTED', 'FAILED', 'DELETED', 'CANCELLED']);

/** Something will still happen to it by itself. */
export const isActive = ({ status }: Pick<VideoSummary, 'status'>): boolean => !ENDED.has(status);
export const hasFailed = ({ status }: Pick<VideoSummary, 'status'>): boolean => status === 'REJECTED' || status === 'FAILED';
