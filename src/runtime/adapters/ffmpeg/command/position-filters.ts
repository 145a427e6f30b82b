/** Content between two reports, seconds. */
const REPORT_SECONDS = 0.5;

const FILTERS = {
  video: { select: 'select', metadata: 'metadata' },
  audio: { select: 'aselect', metadata: 'ametadata' },
} as const;

/**
 * Filters that say on standard error how far decoding has come: `frame:3 pts:1500 pts_time:1.5`. What ffmpeg says of damage bears no time,
 * and its progress report is that of the encoders, which run seconds behind. They drop what they do not report.
 */
export function positionFilters(kind: keyof typeof FILTERS): readonly string[] {
  const { select, metadata } = FILTERS[kind];
  return [
    `${select}='isnan(prev_selected_t)+gte(t-prev_selected_t,${REPORT_SECONDS})'`,
    // Only frames that carry something are printed.
    `${metadata}=mode=add:key=at:value=1`,
    `${metadata}=mode=print:file='pipe\\:2':direct=1`,
  ];
}

/** Seconds that one of the lines tells. */
export function positionOf(line: string): number | undefined {
  const match = /^frame:\d+ .*pts_time:(\d+(?:\.\d+)?)/.exec(line);
  return match ? Number(match[1]) : undefined;
}
