import { Check, Heart, Link2 } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { useServices } from '../app/services';
import { formatAgo, formatCount } from '../data/format';
import type { VideoDetail } from '../data/library';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { StatusBadge } from '../ui/status-badge';

export function VideoHeader({ video }: { readonly video: VideoDetail }) {
  const { title, status, views, createdAt } = video;
  return (
    <header class="mt-5">
      <div class="flex flex-wrap items-start gap-x-4 gap-y-3">
        <h1 class="min-w-0 flex-1 basis-80 text-xl font-semibold break-words" dir="auto">{title}</h1>
        <div class="flex flex-wrap gap-2">
          {status === 'READY' && <LikeButton video={video} />}
          <CopyLink />
        </div>
      </div>
      <p class="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted tabular">
        {status !== 'READY' && <StatusBadge status={status} />}
        <span>{strings.library.views(views)}</span>
        <span aria-hidden="true">·</span>
        <time dateTime={createdAt}>{formatAgo(createdAt)}</time>
      </p>
    </header>
  );
}

function LikeButton({ video: { videoId, likes } }: { readonly video: VideoDetail }) {
  const { library, queries } = useServices();
  const [liked, setLiked] = useState(false);
  const like = async () => {
    setLiked(true);
    try {
      const { likes: now } = await library.like(videoId);
      queries.setQueryData<VideoDetail>(['video', videoId], old => old && { ...old, likes: now });
    } catch {
      setLiked(false);
    }
  };
  return (
    <Button onClick={() => void like()} aria-pressed={liked}>
      <Heart size={16} fill={liked ? 'currentColor' : 'none'} class={liked ? 'text-bad' : ''} aria-hidden="true" />
      {liked ? strings.video.liked : strings.video.like}
      <span class="text-muted tabular">{formatCount(likes)}</span>
    </Button>
  );
}

function CopyLink() {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return <Button icon={copied ? Check : Link2} onClick={() => void copy()}>{copied ? strings.copied : strings.video.copyLink}</Button>;
}
