import { isVideoId } from '../contract';
import { Video, VideoStatus } from '../domain/video';
import { videoNotFound } from '../http/problem';
import { LibraryCatalog } from '../ports/library-catalog';

/** The owner sees a video in every state but DELETED; everybody else a public one, once it plays. */
function maySee(video: Video, userId: string): boolean {
  if (video.status === VideoStatus.DELETED) return false;
  return video.ownerId === userId || (video.visibility === 'public' && video.status === VideoStatus.READY);
}

/** The video, if the caller may see it; otherwise the same problem 404 as for an id that does not exist. */
export async function findVisible(catalog: LibraryCatalog, videoId: string | undefined, userId: string): Promise<Video> {
  const video = videoId !== undefined && isVideoId(videoId) ? await catalog.get(videoId) : undefined;
  if (!video || !maySee(video, userId)) throw videoNotFound();
  return video;
}
