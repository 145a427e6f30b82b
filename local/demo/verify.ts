import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readMaster } from './playlists';

export interface VerifiedPlaylist {
  readonly playlist: string;
  /** Sum of its segments. */
  readonly seconds: number;
  /** What the decoder said; empty when every frame decoded. */
  readonly errors: string;
}

/** Decodes every rendition as a player without cookies gets it: playlists and media by the token in the path of the master's URL. */
export async function verifyPlayback(masterUrl: string): Promise<VerifiedPlaylist[]> {
  const verified: VerifiedPlaylist[] = [];
  for (const { playlist, kind } of readMaster(await read(masterUrl))) {
    if (kind === 'iframes') continue;
    const url = new URL(playlist, masterUrl).href;
    verified.push({ playlist, seconds: durationOf(await read(url)), errors: await decode(url) });
  }
  return verified;
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 400)}`);
  return answer.text();
}

function durationOf(playlist: string): number {
  return [...playlist.matchAll(/^#EXTINF:([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function decode(playlistUrl: string): Promise<string> {
  const args = ['-nostdin', '-v', 'error', '-xerror', '-i', playlistUrl, '-f', 'null', '-'];
  try {
    const { stderr } = await promisify(execFile)('ffmpeg', args, { maxBuffer: 16 * 1024 * 1024 });
    return stderr.trim();
  } catch (error) {
    return ((error as { stderr?: string }).stderr ?? String(error)).trim();
  }
}
