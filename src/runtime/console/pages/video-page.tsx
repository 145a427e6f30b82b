import { ArrowLeft, VideoOff } from 'lucide-preact';
import { Link } from 'wouter-preact';
import { PlayerStage } from './player-stage';
import { VideoHeader } from './video-header';
import { VideoSidebar } from './video-sidebar';
import { ApiProblem } from '../data/api';
import { useVideo } from '../data/use-video';
import { strings } from '../strings';
import { buttonClass } from '../ui/button';
import { ErrorNotice, Notice, Skeleton } from '../ui/feedback';
import { useTitle } from '../ui/use-title';

export function VideoPage({ videoId }: { readonly videoId: string }) {
  const { data: video, error, refetch } = useVideo(videoId);
  useTitle(video?.title);
  if (error instanceof ApiProblem && (error.status === 404 || error.status === 400)) return <NotAvailable />;
  if (error && !video) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Link href="/" class="mb-4 inline-flex items-center gap-1.5 rounded-sm text-sm font-medium text-muted hover:text-ink">
        <ArrowLeft size={15} aria-hidden="true" />{strings.video.back}
      </Link>
      <div class="grid gap-x-8 gap-y-7 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div class="min-w-0">
          {video ? <PlayerStage video={video} /> : <Skeleton class="aspect-video rounded-xl!" />}
          {video ? <VideoHeader video={video} /> : <Skeleton class="mt-5 h-8 w-1/2" />}
        </div>
        {video ? <VideoSidebar video={video} /> : <Skeleton class="h-96 rounded-xl!" />}
      </div>
    </>
  );
}

function NotAvailable() {
  return (
    <Notice icon={VideoOff} title={strings.video.notFoundTitle} action={<Link href="/" class={buttonClass({ look: 'primary' })}>{strings.errors.toLibrary}</Link>}>
      {strings.video.notFound}
    </Notice>
  );
}
