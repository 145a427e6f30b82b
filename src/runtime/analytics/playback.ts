import { mediaPrefix, playlistPath } from '../contract';
import { PublishedMedia, Video, VideoStatus } from '../domain/video';
import { Clock } from '../ports/clock';
import { MediaSigner } from '../ports/media-signer';

/** A file with a time-limited URL. */
export interface SignedFile {
  readonly name: string;
  readonly url: string;
}

export interface PlaybackView {
  /** Path of the master playlist, from the same base URL as every other route of the API; it needs the access token too. */
  readonly hlsUrl: string;
  /** When URLs that are signed now expire. */
  readonly expiresAt: string;
  /** One image in several formats, JPEG first. */
  readonly posters: readonly SignedFile[];
  /** Sprite sheet, and the WebVTT file that maps time to its tiles and knows the sheet by its name. */
  readonly storyboard: readonly SignedFile[];
  /** The whole video as one MP4, where the ladder profile asks for it. */
  readonly progressive?: SignedFile;
}

/** Time-limited URLs of what a READY video published. */
export class Playback {
  constructor(private readonly signer: MediaSigner, private readonly clock: Pick<Clock, 'now'>, private readonly expirySeconds: number) {}

  /** Undefined until there is something to play. */
  async of(video: Video): Promise<PlaybackView | undefined> {
    const published = publishedOf(video);
    if (!published) return undefined;
    const expiresAt = new Date(this.clock.now().getTime() + this.expirySeconds * 1000).toISOString();
    const signed = async (name: string): Promise<SignedFile> => ({ name, url: await this.sign(video, published, name) });
    return {
      hlsUrl: playlistPath(video.videoId, published.masterPlaylist),
      expiresAt,
      posters: await Promise.all(published.posters.map(signed)),
      storyboard: await Promise.all((published.storyboard ?? []).map(signed)),
      progressive: published.progressive === undefined ? undefined : await signed(published.progressive),
    };
  }

  /** URL of one file below the published epoch's folder. */
  sign(video: Video, published: PublishedMedia, file: string): Promise<string> {
    return this.signer.sign(mediaPrefix(video.videoId, published.epoch) + file, this.expirySeconds);
  }
}

export function publishedOf(video: Video): PublishedMedia | undefined {
  return video.status === VideoStatus.READY ? video.published : undefined;
}
