import { SignedFile } from './playback';
import { MAX_SIGNATURE_SECONDS, MEDIA_PREFIX, mediaPrefix, TOKEN_PREFIX, VIEWER_HOST_HEADER } from '../contract';
import { PublishedMedia, Video, VideoStatus } from '../domain/video';
import { conflict, HttpProblem } from '../http/problem';
import { Clock } from '../ports/clock';
import { PlaybackSigner } from '../ports/playback-signer';

/** All URLs are paths below the distribution's own URL. */
export interface IssuedPlayback {
  /** Master playlist for players that send the cookies of this answer. */
  readonly masterUrl: string;
  /** When the cookies end; ask again before. */
  readonly expiresAt: string;
  /** Master playlist for players without cookies: native HLS, cast devices, VLC. Anyone who has it can watch. */
  readonly tokenUrl: string;
  /** When `tokenUrl` ends: later than the cookies by the length of the video, since such players cannot ask again. */
  readonly tokenExpiresAt: string;
  /** One frame in several formats, JPEG first. */
  readonly posters: readonly SignedFile[];
  /** Sprite sheet, and the WebVTT file that maps time to its tiles. */
  readonly storyboard: readonly SignedFile[];
  /** The whole video as one MP4, where the ladder profile asks for it. */
  readonly progressive?: SignedFile;
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
export class IssuePlayback {
  constructor(private readonly signer: PlaybackSigner, private readonly clock: Pick<Clock, 'now'>, private readonly expirySeconds: number) {}

  /** Problem 409 until there is something to play, 400 when asked without the distribution in front. */
  async for(video: Video, host: string | undefined): Promise<PlaybackAnswer> {
    const { videoId, published } = video;
    if (video.status !== VideoStatus.READY || !published) throw conflict('VIDEO_NOT_READY', 'The video cannot be played yet.');
    if (host === undefined || !HOST.test(host)) {
      const detail = `The header ${VIEWER_HOST_HEADER} that it adds is missing; use the distribution's URL.`;
      throw new HttpProblem(400, 'DISTRIBUTION_NEEDED', 'Ask through the distribution', detail);
    }
    const expires = this.after(this.expirySeconds);
    const tokenSeconds = Math.min(MAX_SIGNATURE_SECONDS - TOKEN_STEP_SECONDS, this.expirySeconds + published.durationSeconds);
    const tokenExpires = roundUp(this.after(tokenSeconds));
    const [cookies, token] = await Promise.all([
      this.signer.cookies(videoId, host, expires), this.signer.token(videoId, tokenExpires),
    ]);
    return {
      playback: {
        masterUrl: `/${mediaPrefix(videoId, published.epoch)}${published.masterPlaylist}`,
        expiresAt: expires.toISOString(),
        tokenUrl: tokenUrl(token, video, published, published.masterPlaylist),
        tokenExpiresAt: tokenExpires.toISOString(),
        ...filesOf(video, published),
      },
      cookies: Object.entries(cookies).map(([name, value]) => cookie(name, value, videoId, this.expirySeconds)),
    };
  }

  private after(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000);
  }
}

function filesOf({ videoId }: Video, { epoch, posters, storyboard = [], progressive }: PublishedMedia) {
  const file = (name: string): SignedFile => ({ name, url: `/${mediaPrefix(videoId, epoch)}${name}` });
  return {
    posters: posters.map(file),
    storyboard: storyboard.map(file),
    progressive: progressive === undefined ? undefined : file(progressive),
  };
}

function tokenUrl(token: string, { videoId }: Video, { epoch }: PublishedMedia, name: string): string {
  return `/${TOKEN_PREFIX}${token}/${videoId}/${epoch}/${name}`;
}

/** For this video alone, never readable by a script, never sent in the clear or along with a request that another site makes. */
function cookie(name: string, value: string, videoId: string, seconds: number): string {
  return `${name}=${value}; Path=/${MEDIA_PREFIX}${videoId}/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`;
}

function roundUp(date: Date): Date {
  const step = TOKEN_STEP_SECONDS * 1000;
  return new Date(Math.ceil(date.getTime() / step) * step);
}
