import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiClient } from './api-client';
import { decode } from './decode';
import { readMaster } from './playlists';

export interface VerifiedPlaylist {
  readonly playlist: string;
  /** Sum of its segments. */
  readonly seconds: number;
  /** Why it does not count as decoded; empty when every frame was. */
  readonly errors: string;
}

/** The playlist is a file; what it names is behind HTTP. */
const REMOTE_PLAYLIST = ['-protocol_whitelist', 'file,http,tcp', '-allowed_extensions', 'ALL'];

/**
 * Decodes every rendition as a player would get it: the playlists come from the API with the token, and the media they
 * name from the presigned URLs in them.
 */
export async function verifyPlayback(
  api: ApiClient, videoId: string, masterPlaylist: string, scratchDirectory: string,
): Promise<VerifiedPlaylist[]> {
  fs.mkdirSync(scratchDirectory, { recursive: true });
  try {
    const verified: VerifiedPlaylist[] = [];
    for (const { playlist, kind } of readMaster(await api.getPlaylist(videoId, masterPlaylist))) {
      if (kind === 'iframes') continue;
      const file = path.join(scratchDirectory, path.basename(playlist));
      const text = await api.getPlaylist(videoId, playlist);
      fs.writeFileSync(file, text);
      const seconds = durationOf(text);
      const { errors } = await decode(file, { input: REMOTE_PLAYLIST, minimumSeconds: seconds });
      verified.push({ playlist, seconds, errors });
    }
    return verified;
  } finally {
    fs.rmSync(scratchDirectory, { recursive: true, force: true });
  }
}

function durationOf(playlist: string): number {
  return [...playlist.matchAll(/^#EXTINF:([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}
