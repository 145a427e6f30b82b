import { Headphones, Lock, TriangleAlert, Users } from 'lucide-preact';
import { formatBitrate, formatBytes, formatDateTime, formatDuration } from '../data/format';
import type { VideoDetail } from '../data/library';
import { strings } from '../strings';
import { Card } from '../ui/card';

export function VideoSidebar({ video }: { readonly video: VideoDetail }) {
  return (
    <div class="grid min-w-0 content-start gap-5 md:max-xl:grid-cols-2">
      {video.warnings && video.warnings.length > 0 && <Warnings video={video} />}
      {video.renditions && <Renditions video={video} />}
      <Facts video={video} />
    </div>
  );
}

/** What could not be taken over from the file as it was; its owner alone is told. */
function Warnings({ video: { warnings = [] } }: { readonly video: VideoDetail }) {
  return (
    <Card title={strings.video.warnings}>
      <ul class="grid gap-2.5 text-sm">
        {warnings.map(({ code, message, at }) => (
          <li key={`${code} ${at}`} class="flex gap-2.5">
            <TriangleAlert size={16} class="mt-0.5 shrink-0 text-muted" aria-hidden="true" />
            <span class="min-w-0">{message}{at !== undefined && <span class="text-muted tabular"> {strings.video.warningAt(formatDuration(at))}</span>}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Renditions({ video: { renditions = [] } }: { readonly video: VideoDetail }) {
  const largest = Math.max(1, ...renditions.map(({ sizeBytes }) => sizeBytes));
  return (
    <Card title={strings.video.renditions}>
      <ul class="divide-y divide-line">
        {renditions.map(({ name, width, height, frameRate, averageBandwidth, codecs, sizeBytes }) => (
          <li key={name} class="py-2.5 first:pt-1 last:pb-0">
            <div class="flex items-baseline justify-between gap-3 tabular">
              <span class="flex items-center gap-1.5 font-medium">{height === 0 && <Headphones size={14} aria-hidden="true" />}{name}</span>
              <span class="text-sm">{formatBytes(sizeBytes)}</span>
            </div>
            <div class="mt-1.5 h-1 rounded-full bg-line" aria-hidden="true"><div class="h-full rounded-full bg-accent" style={{ width: `${Math.max(2, sizeBytes / largest * 100)}%` }} /></div>
            <p class="mt-1.5 flex flex-wrap gap-x-2.5 text-xs text-muted tabular">
              <span>{height > 0 ? `${width} × ${height}` : strings.video.audioOnly}</span>
              {frameRate > 0 && <span>{Math.round(frameRate * 100) / 100} fps</span>}
              <span>{formatBitrate(averageBandwidth)}</span>
              <span class="font-mono">{codecs}</span>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Facts({ video }: { readonly video: VideoDetail }) {
  const { facts } = strings.video;
  const stored = video.renditions?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const shared = video.visibility !== 'private';
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    [facts.duration, video.durationSeconds === undefined ? undefined : formatDuration(video.durationSeconds)],
    [facts.file, video.fileName],
    [facts.type, video.contentType],
    [facts.source, formatBytes(video.sizeBytes)],
    [facts.stored, stored === undefined ? undefined : formatBytes(stored)],
    [facts.uploaded, formatDateTime(video.createdAt)],
    [facts.updated, formatDateTime(video.updatedAt)],
  ];
  const Icon = shared ? Users : Lock;
  return (
    <Card title={strings.video.details} aside={(
      <span class="flex items-center gap-1.5 text-sm text-muted"><Icon size={14} aria-hidden="true" />{shared ? strings.library.shared : strings.library.private}</span>
    )}>
      <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm tabular">
        {rows.map(([name, value]) => value !== undefined && (
          <div key={name} class="col-span-2 grid grid-cols-subgrid">
            <dt class="text-muted">{name}</dt>
            <dd class="truncate text-right" title={value} dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <p class="mt-4 truncate border-t border-line pt-3 font-mono text-xs text-muted" title={strings.video.facts.id}>{video.videoId}</p>
    </Card>
  );
}
