import { Clapperboard, CloudUpload, SearchX } from 'lucide-preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { LibraryControls } from './library-controls';
import { VideoCard, VideoCardSkeleton } from './video-card';
import { useVideos, VideoFilter } from '../data/use-videos';
import { strings } from '../strings';
import { Button, buttonClass } from '../ui/button';
import { ErrorNotice, Notice } from '../ui/feedback';
import { useTitle } from '../ui/use-title';

const EVERYTHING: VideoFilter = { text: '', status: 'all', sort: 'newest' };
const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,16.5rem),1fr))] gap-x-5 gap-y-7';

export function LibraryPage() {
  useTitle(strings.library.title);
  const [filter, setFilter] = useState(EVERYTHING);
  const { videos, loaded, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useVideos(filter);
  const empty = !isPending && loaded.length === 0;
  return (
    <>
      <header class="mb-6 flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1 class="text-2xl font-semibold tracking-tight">{strings.library.title}</h1>
        {loaded.length > 0 && <p class="text-muted tabular" role="status">{strings.library.count(videos.length, hasNextPage)}</p>}
        <Link href="/upload" class={buttonClass({ look: 'primary', class: 'ml-auto max-md:hidden' })}>
          <CloudUpload size={16} aria-hidden="true" />{strings.nav.upload}
        </Link>
      </header>
      {!empty && !error && <LibraryControls filter={filter} onChange={setFilter} />}
      {error && loaded.length === 0 && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <div class={GRID} role="status" aria-label={strings.loading}>{Array.from({ length: 8 }, (_, index) => <VideoCardSkeleton key={index} />)}</div>}
      {empty && !error && <FirstUpload />}
      {!empty && videos.length === 0 && !isPending && !hasNextPage && <NoMatch onClear={() => setFilter(EVERYTHING)} />}
      <ul class={GRID}>{videos.map(video => <VideoCard key={video.videoId} video={video} />)}</ul>
      {hasNextPage && <LoadMore busy={isFetchingNextPage} onReached={() => void fetchNextPage()} />}
    </>
  );
}

function FirstUpload() {
  return (
    <div class="rounded-xl border border-dashed border-edge/60 bg-surface">
      <Notice icon={Clapperboard} title={strings.library.emptyTitle}
        action={<Link href="/upload" class={buttonClass({ look: 'primary' })}>{strings.upload.choose}</Link>}>
        {strings.library.empty}
      </Notice>
    </div>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice role="status" icon={SearchX} title={strings.library.noMatchTitle} action={<Button onClick={onClear}>{strings.library.clearFilters}</Button>}>
      {strings.library.noMatch}
    </Notice>
  );
}

/** Asks for the next page a screen before its end is reached. */
function LoadMore({ busy, onReached }: { readonly busy: boolean; readonly onReached: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => { if (entry.isIntersecting && !busy) onReached(); }, { rootMargin: '100% 0%' });
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [busy, onReached]);
  return (
    <div ref={end} class={`${GRID} mt-7`} role="status" aria-label={strings.library.loadingMore}>
      {Array.from({ length: 4 }, (_, index) => <VideoCardSkeleton key={index} />)}
    </div>
  );
}
