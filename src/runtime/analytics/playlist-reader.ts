import { mediaPrefix } from '../contract';
import { Playback, publishedOf } from './playback';
import { rewritePlaylist } from './playlist-rewriter';
import { PermanentError } from '../domain/errors';
import { FailureCode } from '../domain/failure-codes';
import { PublishedMedia, Video } from '../domain/video';
import { HttpProblem } from '../http/problem';
import { ObjectReader } from '../ports/object-reader';

/** Ten hours of 4 s segments are 9,000 entries of some 70 bytes; four times that is out of the question. */
const MAX_PLAYLIST_BYTES = 2_500_000;

/** Playlists of a video, with its media files as presigned URLs. */
export class PlaylistReader {
  constructor(private readonly reader: ObjectReader, private readonly playback: Playback) {}

  /** Problem 404 for a name that the video did not publish, whatever the bucket holds. */
  async read(video: Video, name: string | undefined): Promise<string> {
    const published = publishedOf(video);
    if (!published || name === undefined || !isPlaylistOf(published, name)) throw playlistNotFound();
    const text = await this.reader.read(mediaPrefix(video.videoId, published.epoch) + name, MAX_PLAYLIST_BYTES);
    if (text === undefined) {
      throw new PermanentError(FailureCode.PLAYLIST_MISSING, `Playlist ${name} of video ${video.videoId} is published at epoch ${published.epoch} but not stored.`);
    }
    return rewritePlaylist(text, file => this.playback.sign(video, published, file));
  }
}

function isPlaylistOf({ masterPlaylist, playlists }: PublishedMedia, name: string): boolean {
  return name === masterPlaylist || playlists.includes(name);
}

function playlistNotFound(): HttpProblem {
  return new HttpProblem(404, 'PLAYLIST_NOT_FOUND', 'No such playlist', 'The video has no playlist of this name, or is not ready.');
}
