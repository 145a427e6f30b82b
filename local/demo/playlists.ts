/** The little of HLS that the demo reads: which playlists a master names. */

export interface MasterEntry {
  readonly playlist: string;
  readonly kind: 'variant' | 'rendition' | 'iframes';
}

export function readMaster(master: string): MasterEntry[] {
  const lines = master.split(/\r?\n/);
  const entries: MasterEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const uri = /[:,]URI="([^"]+)"/.exec(line)?.[1];
    if (line.startsWith('#EXT-X-STREAM-INF:')) entries.push({ playlist: lines[index + 1].trim(), kind: 'variant' });
    else if (uri && line.startsWith('#EXT-X-I-FRAME-STREAM-INF:')) entries.push({ playlist: uri, kind: 'iframes' });
    else if (uri && line.startsWith('#EXT-X-MEDIA:')) entries.push({ playlist: uri, kind: 'rendition' });
  }
  // An audio group is named by many variants and listed once.
  return entries.filter((entry, index) => entries.findIndex(({ playlist }) => playlist === entry.playlist) === index);
}
