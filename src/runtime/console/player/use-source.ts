import { useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import type { Source } from './engine';
import { useServices } from '../app/services';
import { ApiProblem } from '../data/api';
import type { IssuedPlayback, VideoDetail } from '../data/library';

/** Asked for again so long before the cookies end that a player which has read ahead never meets a closed door. */
const RENEW_BEFORE_MS = 60_000;

export interface Opened {
  readonly source: Source;
  readonly playback: IssuedPlayback;
}

/** Permission to read the media of a ready video, renewed for as long as the page shows it. */
export function useSource({ videoId, status }: VideoDetail): Opened | undefined {
  const { library } = useServices();
  const { data: playback, refetch } = useQuery({
    queryKey: ['playback', videoId],
    queryFn: ({ signal }) => library.openMedia(videoId, signal),
    enabled: status === 'READY',
    staleTime: 0,
    refetchInterval: ({ state }) => state.data ? millisecondsUntilRenewal(state.data) : false,
    refetchIntervalInBackground: true,
  });
  // A renewal changes neither URL, so playback goes on.
  const { masterUrl, tokenUrl } = playback ?? {};
  const source = useMemo<Source | undefined>(() => masterUrl === undefined ? undefined : {
    url: masterUrl,
    tokenUrl: tokenUrl!,
    renew: async () => {
      const { error } = await refetch();
      return !(error instanceof ApiProblem && (error.status === 403 || error.status === 404));
    },
  }, [masterUrl]);
  return source && { source, playback: playback! };
}

function millisecondsUntilRenewal({ expiresAt }: IssuedPlayback): number {
  return Math.max(RENEW_BEFORE_MS, Date.parse(expiresAt) - Date.now() - RENEW_BEFORE_MS);
}
