import { CircleX, Eye, Film, Heart, Lock, Users } from 'lucide-preact';
import { useRef, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { formatAgo, formatCount, formatDuration } from '../data/format';
import { hasFailed, isActive, VideoSummary } from '../data/library';
import { tileAt, tileStyle } from '../data/storyboard';
import { posterOf, useStoryboard, useVideo } from '../data/use-video';
import { strings } from '../strings';
import { ProgressBar, Skeleton } from '../ui/feedback';
import { StatusBadge } from '../ui/status-badge';
import { useSeen } from '../ui/use-seen';

export function VideoCard({ video }: { readonly video: VideoSummary }) {
  const { videoId, title, status, views, likes, createdAt, visibility } = video;
  const Visibility = visibility === 'private' ? Lock : Users;
  const visibilityText = visibility === 'private' ? strings.library.private : strings.library.shared;
  return (
    <li class="group relative min-w-0">
      <Frame video={video} />
      <div class="mt-2.5 flex items-start gap-2">
        <h2 class="min-w-0 flex-1 truncate text-left font-medium" title={title} dir="auto">
          {/* The link covers the whole card. */}
          <Link href={`/v/${videoId}`} class="rounded-sm after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2
            focus-visible:after:outline-offset-4 focus-visible:after:outline-accent-ink">{title}</Link>
        </h2>
        <span class="mt-0.5 shrink-0 text-muted" title={visibilityText}><Visibility size={14} aria-hidden="true" /><span class="sr-only">{visibilityText}</span></span>
      </div>
      <p class="mt-0.5 flex items-center gap-3 text-sm text-muted tabular">
        <time dateTime={createdAt}>{formatAgo(createdAt)}</time>
        {status === 'READY' && (
          <>
            <span class="flex items-center gap-1"><Eye size={14} aria-hidden="true" />{formatCount(views)}<span class="sr-only">{strings.statistics.views}</span></span>
            <span class="flex items-center gap-1"><Heart size={14} aria-hidden="true" />{formatCount(likes)}<span class="sr-only">{strings.statistics.likes}</span></span>
          </>
        )}
      </p>
    </li>
  );
}

/** Poster, or what stands for it; the pointer moves through the storyboard. */
function Frame({ video }: { readonly video: VideoSummary }) {
  const frame = useRef<HTMLDivElement>(null);
  const seen = useSeen(frame);
  const ready = video.status === 'READY';
  const { data: detail } = useVideo(video.videoId, ready && seen);
  const [at, setAt] = useState<number>();
  const storyboard = useStoryboard(detail?.playback, at !== undefined);
  const poster = posterOf(detail?.playback);
  const scrub = (event: PointerEvent) => {
    const { left, width } = frame.current!.getBoundingClientRect();
    if (ready && event.pointerType === 'mouse') setAt(Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  const tile = storyboard && at !== undefined ? tileAt(storyboard, at * (video.durationSeconds ?? 0)) : undefined;
  return (
    <div ref={frame} onPointerMove={scrub} onPointerLeave={() => setAt(undefined)}
      class="relative z-1 aspect-video overflow-hidden rounded-lg border border-line bg-sunken shadow-card transition-colors group-hover:border-edge">
      <Link href={`/v/${video.videoId}`} tabIndex={-1} aria-hidden="true" class="absolute inset-0 z-1" />
      {poster && <img src={poster} alt="" loading="lazy" decoding="async" class="absolute inset-0 size-full object-cover" />}
      {ready && !poster && <Skeleton class="absolute inset-0 rounded-none!" />}
      {tile && <div class="absolute inset-0 grid place-items-center bg-black"><div style={tileStyle(storyboard!, tile, tileWidth(frame.current!, tile))} /></div>}
      {tile && <div class="absolute inset-x-0 bottom-0 h-1 bg-black/50"><div class="h-full bg-white" style={{ width: `${at! * 100}%` }} /></div>}
      {ready && video.durationSeconds !== undefined && (
        <span class="absolute right-2 bottom-2 rounded-sm bg-black/75 px-1.5 py-px text-xs font-medium text-white tabular">{formatDuration(video.durationSeconds)}</span>
      )}
      {!ready && <Placeholder video={video} />}
    </div>
  );
}

/** Fits the tile into the frame, whatever its proportions. */
function tileWidth(frame: HTMLElement, { width, height }: { width: number; height: number }): number {
  return Math.min(frame.clientWidth, frame.clientHeight * width / height);
}

function Placeholder({ video }: { readonly video: VideoSummary }) {
  const { status, progress, title } = video;
  const Icon = hasFailed(video) ? CircleX : Film;
  return (
    <>
      <div class="absolute inset-0 grid place-items-center text-muted"><Icon size={30} strokeWidth={1.3} aria-hidden="true" /></div>
      <span class="absolute top-2.5 left-2.5"><StatusBadge status={status} percent={progress?.percent} /></span>
      {isActive(video) && (
        <div class="absolute inset-x-3 bottom-3"><ProgressBar label={strings.upload.progressOf(title)} percent={progress?.percent} /></div>
      )}
    </>
  );
}

export function VideoCardSkeleton() {
  return (
    <div>
      <Skeleton class="aspect-video rounded-lg!" />
      <Skeleton class="mt-3 h-4 w-3/4" />
      <Skeleton class="mt-2 h-3.5 w-2/5" />
    </div>
  );
}
