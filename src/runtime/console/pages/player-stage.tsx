import { CircleX, Clapperboard } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services';
import { hasFailed, VideoDetail } from '../data/library';
import { posterOf, useStoryboard } from '../data/use-video';
import { Player } from '../player/player';
import { useSource } from '../player/use-source';
import { strings } from '../strings';
import { ProgressBar, Skeleton } from '../ui/feedback';
import { StatusBadge } from '../ui/status-badge';

/** The player, or why there is none yet. */
export function PlayerStage({ video, embedded = false }: { readonly video: VideoDetail; readonly embedded?: boolean }) {
  const { library, queries } = useServices();
  const opened = useSource(video);
  const storyboard = useStoryboard(opened?.playback);
  // One for each visit of the page, so that a retried call is not counted twice.
  const eventId = useRef(crypto.randomUUID());
  if (video.status !== 'READY') return <NotYet video={video} />;
  if (!opened) return <Skeleton class={embedded ? 'h-dvh rounded-none!' : 'aspect-video rounded-xl!'} />;
  const countView = () => void library.view(video.videoId, eventId.current)
    .then(({ views }) => queries.setQueryData<VideoDetail>(['video', video.videoId], old => old && { ...old, views }))
    .catch(() => undefined);
  return (
    <Player title={video.title} source={opened.source} poster={posterOf(opened.playback)} durationSeconds={video.durationSeconds ?? 0}
      storyboard={storyboard} onWatched={countView}
      class={embedded ? 'h-dvh' : 'aspect-video rounded-xl shadow-float max-sm:-mx-4 max-sm:rounded-none'} />
  );
}

function NotYet({ video }: { readonly video: VideoDetail }) {
  const failed = hasFailed(video);
  const Icon = failed ? CircleX : Clapperboard;
  const title = failed ? (video.status === 'REJECTED' ? strings.video.rejectedTitle : strings.video.failedTitle) : strings.video.processingTitle;
  return (
    <div role={failed ? 'alert' : 'status'} class="grid aspect-video place-items-center rounded-xl border border-line bg-sunken p-6 text-center">
      <div class="w-full max-w-md">
        <Icon size={32} strokeWidth={1.4} class="mx-auto mb-4 text-muted" aria-hidden="true" />
        <h2 class="text-lg font-semibold">{title}</h2>
        {failed ? <Reason video={video} /> : <Stage video={video} />}
      </div>
    </div>
  );
}

function Reason({ video: { status, failure } }: { readonly video: VideoDetail }) {
  const advice = status === 'REJECTED' ? strings.refusals[failure?.code ?? ''] : strings.video.failedText;
  return (
    <>
      <p class="mt-1.5 text-muted text-pretty" dir="auto">{failure?.message}</p>
      {advice && <p class="mt-3 text-pretty"><span class="font-medium">{strings.video.whatToDo}:</span> {advice}</p>}
      {failure && <p class="mt-4 font-mono text-xs text-muted">{failure.code}</p>}
    </>
  );
}

function Stage({ video: { title, status, progress } }: { readonly video: VideoDetail }) {
  return (
    <>
      <p class="mt-1.5 mb-5 text-muted text-pretty">{status === 'AWAITING_UPLOAD' ? strings.video.awaitingText : strings.video.processingText}</p>
      <ProgressBar label={strings.upload.progressOf(title)} percent={progress?.percent} />
      <p class="mt-3 flex items-center justify-center gap-2 text-sm text-muted">
        <StatusBadge status={status} percent={progress?.percent} />{progress && strings.stages[progress.stage]}
      </p>
    </>
  );
}
