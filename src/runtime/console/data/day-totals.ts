import type { VideoSummary } from './library';

export interface DayTotal {
  /** Midnight of the viewer's own day, seconds since 1970. */
  readonly day: number;
  readonly uploads: number;
  readonly minutes: number;
}

/** One entry per day, the last one today, also for days on which nothing happened. */
export function dayTotals(videos: readonly VideoSummary[], days: number, now = new Date()): DayTotal[] {
  const today = midnight(now);
  const totals = Array.from({ length: days }, (_, index) => {
    const day = new Date(today);
    day.setDate(day.getDate() - (days - 1 - index));
    return { day: day.getTime() / 1000, uploads: 0, minutes: 0 };
  });
  const byDay = new Map(totals.map(total => [total.day, total]));
  for (const { createdAt, durationSeconds = 0 } of videos) {
    const total = byDay.get(midnight(new Date(createdAt)).getTime() / 1000);
    if (!total) continue;
    total.uploads += 1;
    total.minutes += durationSeconds / 60;
  }
  return totals;
}

function midnight(time: Date): Date {
  const day = new Date(time);
  day.setHours(0, 0, 0, 0);
  return day;
}

/** How often each code came, most often first. */
export function failuresByCode(videos: readonly VideoSummary[]): ReadonlyArray<readonly [code: string, count: number]> {
  const counts = new Map<string, number>();
  for (const { failure } of videos) if (failure) counts.set(failure.code, (counts.get(failure.code) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
