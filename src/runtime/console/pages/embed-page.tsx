import { VideoOff } from 'lucide-preact';
import { PlayerStage } from './player-stage';
import { useVideo } from '../data/use-video';
import { strings } from '../strings';
import { Notice } from '../ui/feedback';
import { useTitle } from '../ui/use-title';

/** The player alone, to be framed by other pages. */
export function EmbedPage({ videoId }: { readonly videoId: string }) {
  const { data: video, error } = useVideo(videoId);
  useTitle(video?.title);
  return (
    <main class="grid min-h-dvh content-center bg-black">
      {video && <PlayerStage video={video} embedded />}
      {error && !video && <Notice role="alert" icon={VideoOff} title={strings.video.notFoundTitle}>{strings.video.notFound}</Notice>}
    </main>
  );
}
