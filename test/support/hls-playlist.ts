/** Playlist parsing for the checker, written from RFC 8216 and sharing nothing with the code that writes playlists. */

export interface ParsedSegment {
  readonly uri: string;
  readonly duration: number;
  readonly length: number;
  readonly offset: number;
}

export interface ParsedPlaylist {
  readonly targetDuration: number;
  readonly independent: boolean;
  readonly iFramesOnly: boolean;
  readonly vod: boolean;
  readonly ended: boolean;
  readonly version: number;
  readonly map?: { readonly uri: string; readonly length: number; readonly offset: number };
  readonly segments: readonly ParsedSegment[];
}

export type Attributes = Readonly<Record<string, string>>;

export interface ParsedMaster {
  readonly independent: boolean;
  readonly variants: ReadonlyArray<{ readonly uri: string; readonly attributes: Attributes }>;
  readonly media: readonly Attributes[];
  readonly iFrameVariants: readonly Attributes[];
}

function attributesOf(line: string): Attributes {
  const attributes: Record<string, string> = {};
  for (const [, key, quoted, plain] of line.slice(line.indexOf(':') + 1).matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)) {
    attributes[key] = quoted ?? plain;
  }
  return attributes;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').filter(line => line !== '');
  if (lines[0] !== '#EXTM3U') throw new Error(`A playlist starts with #EXTM3U, got '${lines[0]}'`);
  return lines;
}

export function parseMaster(text: string): ParsedMaster {
  const lines = linesOf(text);
  return {
    independent: lines.includes('#EXT-X-INDEPENDENT-SEGMENTS'),
    variants: lines.flatMap((line, index) => (line.startsWith('#EXT-X-STREAM-INF:') ? [{ uri: lines[index + 1], attributes: attributesOf(line) }] : [])),
    media: lines.filter(line => line.startsWith('#EXT-X-MEDIA:')).map(attributesOf),
    iFrameVariants: lines.filter(line => line.startsWith('#EXT-X-I-FRAME-STREAM-INF:')).map(attributesOf),
  };
}

function range(text: string): { length: number; offset: number } {
  const match = /^(\d+)@(\d+)$/.exec(text);
  if (!match) throw new Error(`Not a byte range with an offset: '${text}'`);
  return { length: Number(match[1]), offset: Number(match[2]) };
}

export function parsePlaylist(text: string): ParsedPlaylist {
  const lines = linesOf(text);
  const value = (tag: string) => lines.find(line => line.startsWith(`#${tag}:`))?.slice(tag.length + 2);
  const segments: ParsedSegment[] = [];
  let duration = NaN;
  let bytes = { length: NaN, offset: NaN };
  for (const line of lines) {
    if (line.startsWith('#EXTINF:')) duration = Number(line.slice(8).split(',')[0]);
    else if (line.startsWith('#EXT-X-BYTERANGE:')) bytes = range(line.slice(17));
    else if (!line.startsWith('#')) segments.push({ uri: line, duration, ...bytes });
  }
  const map = value('EXT-X-MAP') === undefined ? undefined : attributesOf(`X:${value('EXT-X-MAP')}`);
  return {
    targetDuration: Number(value('EXT-X-TARGETDURATION')),
    version: Number(value('EXT-X-VERSION')),
    independent: lines.includes('#EXT-X-INDEPENDENT-SEGMENTS'),
    iFramesOnly: lines.includes('#EXT-X-I-FRAMES-ONLY'),
    vod: value('EXT-X-PLAYLIST-TYPE') === 'VOD',
    ended: lines[lines.length - 1] === '#EXT-X-ENDLIST',
    map: map && { uri: map.URI, ...range(map.BYTERANGE) },
    segments,
  };
}
