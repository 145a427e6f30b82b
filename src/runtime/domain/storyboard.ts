/** Sprite sheet and cue times of a storyboard. */
export interface StoryboardLayout {
  readonly columns: number;
  readonly rows: number;
}

export interface StoryboardTiles {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly intervalSeconds: number;
  readonly durationSeconds: number;
}

const MOST_COLUMNS = 10;

export function storyboardLayout(count: number): StoryboardLayout {
  const columns = Math.min(MOST_COLUMNS, Math.max(1, count));
  return { columns, rows: Math.max(1, Math.ceil(count / columns)) };
}

function timestamp(seconds: number): string {
  const millis = Math.round(seconds * 1000);
  const part = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${part(Math.floor(millis / 3_600_000))}:${part(Math.floor(millis / 60_000) % 60)}:${part(Math.floor(millis / 1000) % 60)}.${part(millis % 1000, 3)}`;
}

/** WebVTT whose cues name a rectangle of the sheet: what players expect of a thumbnails track. */
export function storyboardCues(tiles: StoryboardTiles, sheet: string): string {
  const { columns } = storyboardLayout(tiles.count);
  const cues = Array.from({ length: tiles.count }, (_, index) => {
    const start = index * tiles.intervalSeconds;
    const end = index + 1 === tiles.count ? Math.max(tiles.durationSeconds, start + 0.001) : start + tiles.intervalSeconds;
    const x = (index % columns) * tiles.width;
    const y = Math.floor(index / columns) * tiles.height;
    return `${timestamp(start)} --> ${timestamp(end)}\n${sheet}#xywh=${x},${y},${tiles.width},${tiles.height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
