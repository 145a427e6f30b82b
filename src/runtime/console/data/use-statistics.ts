import { useQuery } from '@tanstack/preact-query';
import type { Library, VideoSummary } from './library';
import { useServices } from '../app/services';

const PAGE = 100;
/** A thousand videos: enough for an overview of the last weeks without reading a library of any size. */
const MOST_PAGES = 10;

export function useStatistics() {
  const { library } = useServices();
  const stats = useQuery({ queryKey: ['stats'], queryFn: ({ signal }) => library.stats(signal) });
  const videos = useQuery({ queryKey: ['stats', 'videos'], queryFn: ({ signal }) => readAll(library, signal) });
  return { stats, videos };
}

async function readAll(library: Library, signal: AbortSignal): Promise<VideoSummary[]> {
  const all: VideoSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listing = await library.list(cursor, signal, PAGE);
    all.push(...listing.videos);
    cursor = listing.nextCursor;
    if (cursor === undefined) break;
  }
  return all;
}
