import { Api, ApiProblem } from '../data/api';
import { isActive, VideoDetail } from '../data/library';

const ASK_EVERY_MS = 1500;

/** Tells how a video comes along until nothing more happens to it, or nobody listens. */
export async function follow(api: Api, videoId: string, stopped: AbortSignal, tell: (video: VideoDetail) => void): Promise<void> {
  while (!stopped.aborted) {
    try {
      const video = await api.call<VideoDetail>('getVideo', { path: { videoId }, signal: stopped });
      tell(video);
      if (!isActive(video)) return;
    } catch (error) {
      // Deleted meanwhile, or not ours to see: there is nothing to follow.
      if (error instanceof ApiProblem && !error.retryable) return;
    }
    await new Promise(resolve => setTimeout(resolve, ASK_EVERY_MS));
  }
}
