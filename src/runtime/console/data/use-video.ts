import { useQuery } from '@tanstack/preact-query';
import { isActive } from './library';
import { parseStoryboard, Storyboard } from './storyboard';
import type { SignedFile } from '../../analytics/playback';
import { useServices } from '../app/services';

const ASK_EVERY_MS = 2000;

/** One video; asked again and again while it is being processed. */
export function useVideo(videoId: string, enabled = true) {
  const { library } = useServices();
  return useQuery({
    queryKey: ['video', videoId],
    queryFn: ({ signal }) => library.video(videoId, signal),
    enabled,
    // Signed URLs live an hour at least; half of it keeps them good.
    staleTime: 10 * 60_000,
    refetchInterval: ({ state }) => state.data && isActive(state.data) ? ASK_EVERY_MS : false,
  });
}

/** What the API answers about playback, by cookies or presigned. */
interface Files {
  readonly posters: readonly SignedFile[];
  readonly storyboard: readonly SignedFile[];
}

export function posterOf(playback: Files | undefined): string | undefined {
  const posters = playback?.posters ?? [];
  return (posters.find(({ name }) => name.endsWith('.webp')) ?? posters[0])?.url;
}

export function useStoryboard(playback: Files | undefined, enabled = true): Storyboard | undefined {
  const files = playback?.storyboard ?? [];
  const cues = files.find(({ name }) => name.endsWith('.vtt'));
  const sheet = files.find(({ name }) => !name.endsWith('.vtt'));
  const { data } = useQuery({
    queryKey: ['storyboard', cues?.url],
    enabled: enabled && cues !== undefined && sheet !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }) => parseStoryboard(await (await fetch(cues!.url, { signal })).text(), sheet!.url) ?? null,
  });
  return data ?? undefined;
}
