import './styles/main.css';
import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { App } from './app/app';
import { createServices, ServicesContext } from './app/services';
import { ConfigFailure, SignInFailure } from './app/start-failures';
import { loadConfig } from './config';

const root = document.getElementById('app')!;

async function start(): Promise<void> {
  const config = await loadConfig().catch(() => undefined);
  if (!config) return show(<ConfigFailure />);
  const services = createServices(config);
  const url = new URL(location.href);
  let returnTo: string | undefined;
  try {
    returnTo = await services.session.resume(url);
  } catch {
    history.replaceState(null, '', '/');
    return show(<SignInFailure session={services.session} />);
  }
  // The code has been used; it has no business in the history or a bookmark.
  if (returnTo !== undefined || url.searchParams.has('code')) history.replaceState(null, '', returnTo ?? '/');
  if (services.session.user.value) await services.uploads.restore();
  show(
    <ServicesContext.Provider value={services}>
      <QueryClientProvider client={services.queries}><App /></QueryClientProvider>
    </ServicesContext.Provider>,
  );
}

function show(view: preact.JSX.Element): void {
  root.replaceChildren();
  render(view, root);
}

void start();
