import { useInfiniteQuery } from '@tanstack/preact-query';
import { hasFailed, isActive, VideoSummary } from './library';
import { useServices } from '../app/services';

export type StatusFilter = 'all' | 'READY' | 'active' | 'failed';
export type Sort = 'newest' | 'views' | 'likes';

export interface VideoFilter {
  readonly text: string;
  readonly status: StatusFilter;
  readonly sort: Sort;
}

const ASK_EVERY_MS = 4000;

export function useVideos(filter: VideoFilter) {
  const { library } = useServices();
  const query = useInfiniteQuery({
    queryKey: ['videos'],
    queryFn: ({ pageParam, signal }) => library.list(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor,
    refetchInterval: ({ state }) => state.data?.pages.some(page => page.videos.some(isActive)) ? ASK_EVERY_MS : false,
  });
  const loaded = query.data?.pages.flatMap(page => page.videos) ?? [];
  return { ...query, loaded, videos: select(loaded, filter) };
}

const MATCHES: Readonly<Record<StatusFilter, (video: VideoSummary) => boolean>> = {
  all: () => true,
  READY: ({ status }) => status === 'READY',
  active: isActive,
  failed: hasFailed,
};

function select(videos: readonly VideoSummary[], { text, status, sort }: VideoFilter): readonly VideoSummary[] {
  const word = text.trim().toLowerCase();
  const found = videos.filter(video => MATCHES[status](video) && video.title.toLowerCase().includes(word));
  return sort === 'newest' ? found : [...found].sort((a, b) => b[sort] - a[sort]);
}
