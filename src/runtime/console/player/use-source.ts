import { useMemo } from 'preact/hooks';
import type { Source } from './engine';
import { useServices } from '../app/services';
import type { VideoDetail } from '../data/library';

/** The API's playlist route asks for the token; the URLs inside carry their own permission and must not see it. */
export function useSource(video: VideoDetail): Source | undefined {
  const { session, queries } = useServices();
  const { videoId, playback } = video;
  const url = playback?.hlsUrl;
  return useMemo(() => url === undefined ? undefined : {
    url,
    headersFor: async (address: string): Promise<Readonly<Record<string, string>>> => {
      const { origin, pathname } = new URL(address, location.href);
      return origin === location.origin && pathname.startsWith('/api/') ? { authorization: `Bearer ${await session.accessToken()}` } : {};
    },
    renew: async () => {
      await queries.invalidateQueries({ queryKey: ['video', videoId] });
      return true;
    },
  }, [videoId, url]);
}
