import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { ApiClient } from './api-client';
import { readMaster } from './playlists';

export interface VerifiedPlaylist {
  readonly playlist: string;
  /** Sum of its segments. */
  readonly seconds: number;
  /** What the decoder said; empty when every frame decoded. */
  readonly errors: string;
}

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
      verified.push({ playlist, seconds: durationOf(text), errors: await decode(file) });
    }
    return verified;
  } finally {
    fs.rmSync(scratchDirectory, { recursive: true, force: true });
  }
}

function durationOf(playlist: string): number {
  return [...playlist.matchAll(/^#EXTINF:([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function decode(playlistFile: string): Promise<string> {
  const input = ['-protocol_whitelist', 'file,http,tcp', '-allowed_extensions', 'ALL', '-i', playlistFile];
  const args = ['-nostdin', '-v', 'error', '-xerror', ...input, '-f', 'null', '-'];
  try {
    const { stderr } = await promisify(execFile)('ffmpeg', args, { maxBuffer: 16 * 1024 * 1024 });
    return stderr.trim();
  } catch (error) {
    return ((error as { stderr?: string }).stderr ?? String(error)).trim();
  }
}
