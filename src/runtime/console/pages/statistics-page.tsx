import { ChartNoAxesColumn } from 'lucide-preact';
import { lazy, Suspense } from 'preact/compat';
import { useMemo, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { FailuresCard, StatusCard, TopVideosCard } from './statistics-cards';
import { DayTotal, dayTotals } from '../data/day-totals';
import { formatBytes, formatDuration, formatNumber } from '../data/format';
import type { OwnerStats, VideoSummary } from '../data/library';
import { useStatistics } from '../data/use-statistics';
import { strings } from '../strings';
import { Button, buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { ErrorNotice, Notice, Skeleton } from '../ui/feedback';
import { useTitle } from '../ui/use-title';

const BarChart = lazy(async () => (await import('../charts/bar-chart')).BarChart);
const DAYS = 30;

export function StatisticsPage() {
  useTitle(strings.statistics.title);
  const { stats, videos } = useStatistics();
  const error = stats.error ?? videos.error;
  return (
    <>
      <h1 class="mb-6 text-2xl font-semibold tracking-tight">{strings.statistics.title}</h1>
      {error && <ErrorNotice error={error} onRetry={() => void Promise.all([stats.refetch(), videos.refetch()])} />}
      {!error && (!stats.data || !videos.data) && <Waiting />}
      {stats.data && videos.data && <Numbers stats={stats.data} videos={videos.data} />}
    </>
  );
}

function Numbers({ stats, videos }: { readonly stats: OwnerStats; readonly videos: readonly VideoSummary[] }) {
  if (stats.videos === 0) {
    return (
      <Notice icon={ChartNoAxesColumn} title={strings.statistics.emptyTitle}
        action={<Link href="/upload" class={buttonClass({ look: 'primary' })}>{strings.nav.upload}</Link>}>
        {strings.statistics.empty}
      </Notice>
    );
  }
  return (
    <div class="grid gap-5">
      <Totals stats={stats} />
      <Activity videos={videos} />
      <div class="grid gap-5 lg:grid-cols-2">
        <StatusCard byStatus={stats.byStatus} />
        <FailuresCard videos={videos} />
      </div>
      <TopVideosCard videos={videos} />
    </div>
  );
}

function Totals({ stats }: { readonly stats: OwnerStats }) {
  const { videos, views, likes, durationSeconds, sizeBytes, byStatus } = stats;
  const ready = byStatus.READY ?? 0;
  const { statistics: text } = strings;
  const tiles: ReadonlyArray<readonly [string, string, string]> = [
    [text.videos, formatNumber(videos), text.ready(Math.round(ready / videos * 100))],
    [text.minutes, formatNumber(durationSeconds / 60), text.average(formatDuration(durationSeconds / Math.max(1, ready)))],
    [text.views, formatNumber(views), text.perVideo(formatNumber(views / Math.max(1, ready)))],
    [text.likes, formatNumber(likes), text.perVideo(formatNumber(likes / Math.max(1, ready)))],
    [text.storage, formatBytes(sizeBytes), text.perVideo(formatBytes(sizeBytes / videos))],
  ];
  return (
    <dl class="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line shadow-card lg:grid-cols-5 max-lg:[&>:first-child]:col-span-2">
      {tiles.map(([name, value, note]) => (
        <div key={name} class="flex flex-col bg-surface px-5 py-4">
          <dt class="text-sm text-muted">{name}</dt>
          <dd class="mt-1 text-2xl font-semibold tracking-tight tabular">{value}</dd>
          <dd class="text-xs text-muted tabular">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Activity({ videos }: { readonly videos: readonly VideoSummary[] }) {
  const [asTable, setAsTable] = useState(false);
  const totals = useMemo(() => dayTotals(videos, DAYS), [videos]);
  const series = useMemo(() => ({
    days: totals.map(({ day }) => day), uploads: totals.map(({ uploads }) => uploads), minutes: totals.map(({ minutes }) => minutes),
  }), [totals]);
  const { statistics: text } = strings;
  return (
    <Card title={text.activity} aside={(
      <span class="flex items-center gap-2 text-sm text-muted">
        <span class="max-sm:hidden">{text.activityNote(DAYS)}</span>
        <Button small look="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? text.chart : text.table}</Button>
      </span>
    )}>
      {asTable ? <DayTable totals={totals} /> : (
        <Suspense fallback={<div class="grid gap-8 lg:grid-cols-2"><Skeleton class="h-48" /><Skeleton class="h-48" /></div>}>
          <div class="grid gap-8 lg:grid-cols-2">
            <Chart title={text.uploads} days={series.days} values={series.uploads} unit={text.uploads.toLowerCase()} />
            <Chart title={text.minutesShort} days={series.days} values={series.minutes} unit={text.minutesShort.toLowerCase()} />
          </div>
        </Suspense>
      )}
    </Card>
  );
}

interface ChartProps {
  readonly title: string;
  readonly unit: string;
  readonly days: readonly number[];
  readonly values: readonly number[];
}

function Chart({ title, unit, days, values }: ChartProps) {
  const total = values.reduce((sum, value) => sum + value, 0);
  const summary = strings.statistics.chartSummary(title, formatNumber(total), DAYS);
  return (
    <figure>
      <figcaption class="mb-1 flex items-baseline gap-2"><span class="text-sm text-muted">{title}</span><span class="font-semibold tabular">{formatNumber(total)}</span></figcaption>
      <BarChart label={summary} unit={unit} days={days} values={values} />
    </figure>
  );
}

function DayTable({ totals }: { readonly totals: readonly DayTotal[] }) {
  const { statistics: text } = strings;
  return (
    <div class="max-h-96 overflow-y-auto" tabIndex={0} role="region" aria-label={text.activity}>
      <table class="w-full text-sm tabular">
        <thead class="sticky top-0 bg-surface text-muted">
          <tr><th scope="col" class="py-2 text-left font-medium">{text.day}</th><th scope="col" class="text-right font-medium">{text.uploads}</th><th scope="col" class="pr-2 text-right font-medium">{text.minutesShort}</th></tr>
        </thead>
        <tbody class="divide-y divide-line">
          {[...totals].reverse().map(({ day, uploads, minutes }) => (
            <tr key={day}>
              <th scope="row" class="py-1.5 text-left font-normal">{new Date(day * 1000).toLocaleDateString('en', { dateStyle: 'medium' })}</th>
              <td class="text-right">{uploads}</td>
              <td class="pr-2 text-right">{formatNumber(minutes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Waiting() {
  return (
    <div class="grid gap-5" role="status" aria-label={strings.loading}>
      <Skeleton class="h-27 rounded-xl!" />
      <Skeleton class="h-72 rounded-xl!" />
    </div>
  );
}
