/** A WebVTT thumbnails track: cues that name a rectangle of a sprite sheet. */
export interface Tile {
  readonly start: number;
  readonly end: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Storyboard {
  /** Of the sprite sheet. */
  readonly url: string;
  readonly tiles: readonly Tile[];
  readonly sheetWidth: number;
  readonly sheetHeight: number;
}

const CUE = /(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})\r?\n[^\s#]+#xywh=(\d+),(\d+),(\d+),(\d+)/g;
const seconds = (hours: string, minutes: string, rest: string) => Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);

export function parseStoryboard(text: string, url: string): Storyboard | undefined {
  const tiles = [...text.matchAll(CUE)].map(([, h1, m1, s1, h2, m2, s2, x, y, width, height]): Tile => ({
    start: seconds(h1, m1, s1), end: seconds(h2, m2, s2), x: Number(x), y: Number(y), width: Number(width), height: Number(height),
  }));
  if (tiles.length === 0) return undefined;
  return {
    url,
    tiles,
    sheetWidth: Math.max(...tiles.map(({ x, width }) => x + width)),
    sheetHeight: Math.max(...tiles.map(({ y, height }) => y + height)),
  };
}

export function tileAt({ tiles }: Storyboard, time: number): Tile {
  return tiles.find(({ end }) => time < end) ?? tiles[tiles.length - 1];
}

/** Where a background of the whole sheet has to be so that a box of this width shows the tile. */
export function tileStyle({ url, sheetWidth, sheetHeight }: Storyboard, tile: Tile, boxWidth: number) {
  const scale = boxWidth / tile.width;
  return {
    backgroundImage: `url("${url}")`,
    backgroundSize: `${sheetWidth * scale}px ${sheetHeight * scale}px`,
    backgroundPosition: `${-tile.x * scale}px ${-tile.y * scale}px`,
    width: `${boxWidth}px`,
    height: `${tile.height * scale}px`,
  };
}
