import { CircleCheck } from 'lucide-preact';
import { Link } from 'wouter-preact';
import { failuresByCode } from '../data/day-totals';
import { formatCount, formatDuration } from '../data/format';
import type { VideoSummary } from '../data/library';
import { posterOf, useVideo } from '../data/use-video';
import { strings } from '../strings';
import { Card } from '../ui/card';

const TONES: Readonly<Record<string, string>> = {
  READY: 'bg-good', PROCESSING: 'bg-info', QUEUED: 'bg-info/55', AWAITING_UPLOAD: 'bg-edge', REJECTED: 'bg-warn', FAILED: 'bg-bad',
};
const MOST_SHOWN = 6;

export function StatusCard({ byStatus }: { readonly byStatus: Readonly<Record<string, number>> }) {
  const shares = Object.keys(TONES).flatMap(status => byStatus[status] ? [[status, byStatus[status]] as const] : []);
  return (
    <Card title={strings.statistics.byStatus}>
      <div class="mt-2 flex h-3 gap-0.5 overflow-hidden rounded-full" aria-hidden="true">
        {shares.map(([status, count]) => <div key={status} class={TONES[status]} style={{ flexGrow: count }} />)}
      </div>
      <ul class="mt-5 grid grid-cols-2 gap-x-6 gap-y-2.5 text-sm">
        {shares.map(([status, count]) => (
          <li key={status} class="flex items-center gap-2">
            <span class={`size-2.5 rounded-full ${TONES[status]}`} aria-hidden="true" />
            <span class="flex-1">{strings.status[status]}</span>
            <span class="font-medium tabular">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function FailuresCard({ videos }: { readonly videos: readonly VideoSummary[] }) {
  const failures = failuresByCode(videos).slice(0, MOST_SHOWN);
  const most = failures[0]?.[1] ?? 1;
  return (
    <Card title={strings.statistics.failures}>
      {failures.length === 0 && (
        <p class="flex items-start gap-2.5 py-2 text-sm text-muted">
          <CircleCheck size={18} class="mt-0.5 shrink-0 text-good" aria-hidden="true" />
          <span><span class="font-medium text-ink">{strings.statistics.noFailures}.</span> {strings.statistics.noFailuresText}</span>
        </p>
      )}
      <ul class="grid gap-3">
        {failures.map(([code, count]) => (
          <li key={code}>
            <div class="flex justify-between gap-3 text-sm"><span class="truncate font-mono text-xs leading-5">{code}</span><span class="font-medium tabular">{count}</span></div>
            <div class="mt-1 h-1.5 rounded-full bg-line" aria-hidden="true"><div class="h-full rounded-full bg-bad" style={{ width: `${count / most * 100}%` }} /></div>
            {strings.refusals[code] && <p class="mt-1 text-xs text-muted">{strings.refusals[code]}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function TopVideosCard({ videos }: { readonly videos: readonly VideoSummary[] }) {
  const top = videos.filter(({ status }) => status === 'READY').sort((a, b) => b.views - a.views || b.likes - a.likes).slice(0, MOST_SHOWN);
  if (top.length === 0) return null;
  return (
    <Card title={strings.statistics.top}>
      <ol class="divide-y divide-line">{top.map((video, index) => <TopVideo key={video.videoId} video={video} rank={index + 1} />)}</ol>
    </Card>
  );
}

function TopVideo({ video, rank }: { readonly video: VideoSummary; readonly rank: number }) {
  const { videoId, title, views, likes, durationSeconds = 0 } = video;
  const { data } = useVideo(videoId);
  const poster = posterOf(data?.playback);
  return (
    <li class="flex items-center gap-4 py-2.5">
      <span class="w-4 text-right text-sm text-muted tabular" aria-hidden="true">{rank}</span>
      <div class="aspect-video h-11 shrink-0 overflow-hidden rounded-sm bg-sunken">{poster && <img src={poster} alt="" loading="lazy" class="size-full object-cover" />}</div>
      <div class="min-w-0 flex-1">
        <Link href={`/v/${videoId}`} class="block truncate rounded-sm text-left font-medium hover:underline" dir="auto">{title}</Link>
        <p class="text-sm text-muted tabular">{formatDuration(durationSeconds)}</p>
      </div>
      <p class="text-right text-sm tabular"><span class="block font-medium">{strings.library.views(views)}</span><span class="text-muted">{strings.library.likes(likes)}</span></p>
    </li>
  );
}
