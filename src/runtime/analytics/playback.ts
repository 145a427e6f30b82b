import { mediaPrefix, ROUTES } from '../contract';
import { PublishedMedia, Video, VideoStatus } from '../domain/video';
import { Clock } from '../ports/clock';
import { MediaSigner } from '../ports/media-signer';

export interface Poster {
  readonly name: string;
  readonly url: string;
}

export interface PlaybackView {
  /** Path of the master playlist, from the same base address as every other route of the API; it needs the access token too. */
  readonly hlsUrl: string;
  /** When addresses that are signed now stop working. */
  readonly expiresAt: string;
  readonly posters: readonly Poster[];
}

/** Time-limited addresses of what a READY video published. */
export class Playback {
  constructor(private readonly signer: MediaSigner, private readonly clock: Pick<Clock, 'now'>, private readonly expirySeconds: number) {}

  /** Undefined until there is something to play. */
  async of(video: Video): Promise<PlaybackView | undefined> {
    const published = publishedOf(video);
    if (!published) return undefined;
    const expiresAt = new Date(this.clock.now().getTime() + this.expirySeconds * 1000).toISOString();
    const posters = published.posters.map(async name => ({ name, url: await this.sign(video, published, name) }));
    return { hlsUrl: playlistPath(video.videoId, published.masterPlaylist), expiresAt, posters: await Promise.all(posters) };
  }

  /** Address of one file below the published epoch's folder. */
  sign(video: Video, published: PublishedMedia, file: string): Promise<string> {
    return this.signer.sign(mediaPrefix(video.videoId, published.epoch) + file, this.expirySeconds);
  }
}

export function publishedOf(video: Video): PublishedMedia | undefined {
  return video.status === VideoStatus.READY ? video.published : undefined;
}

function playlistPath(videoId: string, playlist: string): string {
  return ROUTES.getPlaylist.path.replace('{videoId}', videoId).replace('{playlist}', playlist);
}
