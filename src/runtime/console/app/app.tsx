import { Compass } from 'lucide-preact';
import { lazy, Suspense } from 'preact/compat';
import { useEffect } from 'preact/hooks';
import { Link, Route, Switch, useLocation } from 'wouter-preact';
import { Boundary } from './boundary';
import { useServices } from './services';
import { SessionEnded } from './session-ended';
import { Shell } from './shell';
import { LibraryPage } from '../pages/library-page';
import { SignInPage } from '../pages/sign-in-page';
import { strings } from '../strings';
import { buttonClass } from '../ui/button';
import { Notice, Skeleton } from '../ui/feedback';
import { Toasts } from '../ui/toasts';

const UploadPage = lazy(async () => (await import('../pages/upload-page')).UploadPage);
const VideoPage = lazy(async () => (await import('../pages/video-page')).VideoPage);
const StatisticsPage = lazy(async () => (await import('../pages/statistics-page')).StatisticsPage);
const DesignPage = lazy(async () => (await import('../pages/design-page')).DesignPage);
const EmbedPage = lazy(async () => (await import('../pages/embed-page')).EmbedPage);

export function App() {
  const { session } = useServices();
  const [path] = useLocation();
  if (!session.user.value && !session.expired.value) return <SignInPage />;
  if (path.startsWith('/embed/')) return <Suspense fallback={null}><EmbedPage videoId={path.slice('/embed/'.length)} /></Suspense>;
  return (
    <>
      <Shell>
        <Boundary key={path}>
          <Suspense fallback={<Waiting />}><Pages /></Suspense>
        </Boundary>
      </Shell>
      <Toasts />
      <SessionEnded />
    </>
  );
}

function Pages() {
  const [path] = useLocation();
  useEffect(() => scrollTo(0, 0), [path]);
  return (
    <Switch>
      <Route path="/"><LibraryPage /></Route>
      <Route path="/upload"><UploadPage /></Route>
      <Route path="/statistics"><StatisticsPage /></Route>
      <Route path="/design"><DesignPage /></Route>
      <Route path="/v/:videoId">{({ videoId }) => <VideoPage videoId={videoId} key={videoId} />}</Route>
      <Route><NotFoundPage /></Route>
    </Switch>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label={strings.loading}>
      <Skeleton class="h-8 w-40" />
      <Skeleton class="mt-6 h-64 w-full" />
    </div>
  );
}

function NotFoundPage() {
  return (
    <Notice icon={Compass} title={strings.errors.notFoundTitle}
      action={<Link href="/" class={buttonClass({ look: 'primary' })}>{strings.errors.toLibrary}</Link>}>
      {strings.errors.notFound}
    </Notice>
  );
}
