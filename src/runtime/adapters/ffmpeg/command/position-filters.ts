/** Content between two reports, seconds. */
const REPORT_SECONDS = 0.5;

const FILTERS = {
  video: { select: 'select', metadata: 'metadata' },
  audio: { select: 'aselect', metadata: 'ametadata' },
} as const;

/** Filters that pass every frame on, and say its time on standard error: `frame:3 pts:1500 pts_time:1.5`. */
export function reportEvery(kind: keyof typeof FILTERS): readonly string[] {
  const { metadata } = FILTERS[kind];
  return [
    // Only frames that carry something are printed.
    `${metadata}=mode=add:key=at:value=1`,
    `${metadata}=mode=print:file='pipe\\:2':direct=1`,
  ];
}

/**
 * Filters that say how far decoding has come, and drop what they do not report. What ffmpeg says of damage bears no time, and its progress
 * report is that of the encoders, which run seconds behind.
 */
export function positionFilters(kind: keyof typeof FILTERS): readonly string[] {
  return [`${FILTERS[kind].select}='isnan(prev_selected_t)+gte(t-prev_selected_t,${REPORT_SECONDS})'`, ...reportEvery(kind)];
}

/** Seconds that one of the lines tells. */
export function positionOf(line: string): number | undefined {
  const match = /^frame:\d+ .*pts_time:(\d+(?:\.\d+)?)/.exec(line);
  return match ? Number(match[1]) : undefined;
}
