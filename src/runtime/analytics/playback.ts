import { MAX_SIGNATURE_SECONDS, MEDIA_PREFIX, mediaPrefix, TOKEN_PREFIX, VIEWER_HOST_HEADER } from '../contract';
import { PublishedMedia, Video, VideoStatus } from '../domain/video';
import { conflict, HttpProblem } from '../http/problem';
import { Clock } from '../ports/clock';
import { PlaybackSigner } from '../ports/playback-signer';

/** A file with a URL that works for a while: a path below the distribution's own URL. */
export interface SignedFile {
  readonly name: string;
  readonly url: string;
}

/** What a READY video published. */
export interface PublishedFiles {
  /** One frame in several formats, JPEG first. */
  readonly posters: readonly SignedFile[];
  /** Sprite sheet, and the WebVTT file that maps time to its tiles and knows the sheet by its name. */
  readonly storyboard: readonly SignedFile[];
  /** The whole video as one MP4, where the ladder profile asks for it. */
  readonly progressive?: SignedFile;
}

/** Opened by a token in the path: everybody who has a URL can watch until it ends. */
export interface PlaybackView extends PublishedFiles {
  /** Master playlist. */
  readonly hlsUrl: string;
  readonly expiresAt: string;
}

/** Opened by the cookies of the answer; `tokenUrl` by a token in the path. */
export interface IssuedPlayback extends PublishedFiles {
  /** Master playlist for players that send the cookies. */
  readonly masterUrl: string;
  /** When the cookies end; ask again before. */
  readonly expiresAt: string;
  /** Master playlist for players without cookies: native HLS, cast devices, VLC. */
  readonly tokenUrl: string;
  /** When `tokenUrl` ends: later than the cookies by the length of the video, since such players cannot ask again. */
  readonly tokenExpiresAt: string;
}

export interface PlaybackAnswer {
  readonly playback: IssuedPlayback;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
}

/** Expiry times of tokens are rounded up to it, so that a browser finds the same URL in its cache for a while. */
const TOKEN_STEP_SECONDS = 15 * 60;
/** A host name with an optional port, as the distribution reports it. A `*` would make the policy's wildcard. */
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/i;

/** Opens a READY video to one viewer, who has been found to be allowed to see it. */
export class Playback {
  constructor(private readonly signer: PlaybackSigner, private readonly clock: Pick<Clock, 'now'>, private readonly expirySeconds: number) {}

  /** Undefined until there is something to play. */
  async of(video: Video): Promise<PlaybackView | undefined> {
    const published = publishedOf(video);
    if (!published) return undefined;
    const { folder, expires } = await this.byToken(video, published);
    return { hlsUrl: folder + published.masterPlaylist, expiresAt: expires.toISOString(), ...filesOf(published, folder) };
  }

  /**
   * Problem 409 until there is something to play, 400 when asked without the distribution in front.
   *
   * @param host that the viewer uses, as the distribution reports it
   */
  async issue(video: Video, host: string | undefined): Promise<PlaybackAnswer> {
    const { videoId } = video;
    const published = publishedOf(video);
    if (!published) throw conflict('VIDEO_NOT_READY', 'The video cannot be played yet.');
    if (host === undefined || !HOST.test(host)) {
      const detail = `The header ${VIEWER_HOST_HEADER} that it adds is missing; use the distribution's URL.`;
      throw new HttpProblem(400, 'DISTRIBUTION_NEEDED', 'Ask through the distribution', detail);
    }
    const expires = this.after(this.expirySeconds);
    const [cookies, token] = await Promise.all([this.signer.cookies(videoId, host, expires), this.byToken(video, published)]);
    const folder = `/${mediaPrefix(videoId, published.epoch)}`;
    return {
      playback: {
        masterUrl: folder + published.masterPlaylist,
        expiresAt: expires.toISOString(),
        tokenUrl: token.folder + published.masterPlaylist,
        tokenExpiresAt: token.expires.toISOString(),
        ...filesOf(published, folder),
      },
      cookies: Object.entries(cookies).map(([name, value]) => cookie(name, value, videoId, this.expirySeconds)),
    };
  }

  private async byToken({ videoId }: Video, { epoch, durationSeconds }: PublishedMedia): Promise<{ folder: string; expires: Date }> {
    const expires = roundUp(this.after(Math.min(MAX_SIGNATURE_SECONDS - TOKEN_STEP_SECONDS, this.expirySeconds + durationSeconds)));
    return { folder: `/${TOKEN_PREFIX}${await this.signer.token(videoId, expires)}/${videoId}/${epoch}/`, expires };
  }

  private after(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000);
  }
}

function publishedOf(video: Video): PublishedMedia | undefined {
  return video.status === VideoStatus.READY ? video.published : undefined;
}

function filesOf({ posters, storyboard = [], progressive }: PublishedMedia, folder: string): PublishedFiles {
  const file = (name: string): SignedFile => ({ name, url: folder + name });
  return {
    posters: posters.map(file),
    storyboard: storyboard.map(file),
    progressive: progressive === undefined ? undefined : file(progressive),
  };
}

/** For this video alone, never readable by a script, never sent in the clear or along with a request that another site makes. */
function cookie(name: string, value: string, videoId: string, seconds: number): string {
  return `${name}=${value}; Path=/${MEDIA_PREFIX}${videoId}/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`;
}

function roundUp(date: Date): Date {
  const step = TOKEN_STEP_SECONDS * 1000;
  return new Date(Math.ceil(date.getTime() / step) * step);
}
