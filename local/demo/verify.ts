import { decode } from './decode';
import { readMaster } from './playlists';

/** The audio may end a little before the video, or the other way round. */
const TOLERANCE_SECONDS = 1;

export interface VerifiedPlaylist {
  readonly playlist: string;
  /** Sum of its segments. */
  readonly seconds: number;
  /** Why it does not count as decoded; empty when every frame was. */
  readonly errors: string;
}

/**
 * Decodes every rendition as a player without cookies gets it: playlists and media by the token in the path of the master's URL.
 *
 * @param durationSeconds of the video; a playlist that lists less is no rendition of it
 * @throws when the master names no rendition
 */
export async function verifyPlayback(masterUrl: string, durationSeconds: number): Promise<VerifiedPlaylist[]> {
  const verified: VerifiedPlaylist[] = [];
  for (const { playlist, kind } of readMaster(await read(masterUrl))) {
    if (kind === 'iframes') continue;
    const url = new URL(playlist, masterUrl).href;
    const seconds = durationOf(await read(url));
    verified.push({ playlist, seconds, errors: (await decode(url, { minimumSeconds: Math.max(seconds, durationSeconds - TOLERANCE_SECONDS) })).errors });
  }
  if (verified.length === 0) throw new Error(`${masterUrl} names no rendition`);
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
