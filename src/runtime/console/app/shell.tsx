import { ChartNoAxesColumn, CloudUpload, Clapperboard, Keyboard, LogOut, LucideIcon, Moon, Sun, SunMoon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { DropTarget } from './drop-target';
import { Logo } from './logo';
import { useServices } from './services';
import { useShortcuts } from './shortcuts';
import { ShortcutsDialog } from './shortcuts-dialog';
import { chooseTheme, Theme, theme } from './theme';
import { strings } from '../strings';
import { IconButton } from '../ui/button';
import { ProgressBar } from '../ui/feedback';
import { Segmented } from '../ui/segmented';

interface Place {
  readonly href: string;
  readonly text: string;
  readonly icon: LucideIcon;
}

const PLACES: readonly Place[] = [
  { href: '/', text: strings.nav.library, icon: Clapperboard },
  { href: '/upload', text: strings.nav.upload, icon: CloudUpload },
  { href: '/statistics', text: strings.nav.statistics, icon: ChartNoAxesColumn },
];

/** Navigation beside (desktop) or below (phone) the page. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const [help, setHelp] = useState(false);
  useShortcuts(() => setHelp(true));
  return (
    <DropTarget>
      <a href="#content" class="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-md focus:bg-raised focus:px-4
        focus:py-2 focus:shadow-float">
        {strings.skipToContent}
      </a>
      <div class="md:grid md:grid-cols-[15rem_minmax(0,1fr)]">
        <SideBar onHelp={() => setHelp(true)} />
        <div class="min-w-0">
          <TopBar />
          <main id="content" tabIndex={-1} class="mx-auto w-full max-w-[88rem] px-4 pt-6 pb-28 outline-none sm:px-6 md:px-10 md:pt-9 md:pb-16">{children}</main>
        </div>
      </div>
      <BottomBar />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </DropTarget>
  );
}

function SideBar({ onHelp }: { readonly onHelp: () => void }) {
  return (
    <aside class="sticky top-0 hidden h-dvh flex-col border-r border-line bg-surface px-3 py-4 md:flex">
      <Link href="/" class="mb-6 flex items-center gap-2.5 rounded-md px-2 py-1 font-semibold tracking-tight"><Logo />{strings.product}</Link>
      <nav aria-label={strings.nav.label} class="flex flex-col gap-0.5">
        {PLACES.map(place => <SideLink key={place.href} {...place} />)}
      </nav>
      <div class="mt-auto flex flex-col gap-3">
        <UploadSummary />
        <Segmented wide label={strings.nav.theme} value={theme.value} onChange={chooseTheme}
          options={Object.entries(strings.nav.themes) as Array<[Theme, string]>} />
        <div class="flex items-center gap-1 border-t border-line pt-3">
          <Account />
          <IconButton small icon={Keyboard} label={strings.nav.shortcuts} onClick={onHelp} />
          <SignOut />
        </div>
      </div>
    </aside>
  );
}

function SideLink({ href, text, icon: Icon }: Place) {
  const here = useIsHere(href);
  return (
    <Link href={href} aria-current={here ? 'page' : undefined}
      class={`flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium transition-colors ${here ? 'bg-accent-soft text-accent-ink' : 'text-muted hover:bg-hover hover:text-ink'}`}>
      <Icon size={17} aria-hidden="true" />{text}
    </Link>
  );
}

function UploadSummary() {
  const { uploads } = useServices();
  const count = uploads.sending.value.length;
  if (count === 0) return null;
  const text = strings.nav.uploading(count, uploads.percent.value);
  return (
    <Link href="/upload" class="rounded-lg border border-line bg-raised p-3 shadow-card hover:border-edge">
      <span class="mb-2 block text-xs font-medium tabular">{text}</span>
      <ProgressBar label={text} percent={uploads.percent.value} />
    </Link>
  );
}

function Account() {
  const { session } = useServices();
  const name = session.user.value?.name ?? '';
  return (
    <div class="flex min-w-0 flex-1 items-center gap-2 px-1">
      <span class="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-ink uppercase" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
      <span class="truncate text-sm" title={name}>{name}</span>
    </div>
  );
}

function SignOut() {
  const { session } = useServices();
  return <IconButton small icon={LogOut} label={strings.nav.signOut} onClick={() => void session.signOut()} />;
}

/** Phones only. */
function TopBar() {
  return (
    <header class="sticky top-0 z-20 flex items-center gap-2 border-b border-line bg-canvas/90 px-4 py-2 backdrop-blur md:hidden">
      <Link href="/" class="flex items-center gap-2 font-semibold tracking-tight"><Logo />{strings.product}</Link>
      <span class="flex-1" />
      <ThemeButton />
      <SignOut />
    </header>
  );
}

const THEMES: ReadonlyArray<readonly [Theme, LucideIcon]> = [['system', SunMoon], ['light', Sun], ['dark', Moon]];

function ThemeButton() {
  const at = THEMES.findIndex(([name]) => name === theme.value);
  const [name, icon] = THEMES[at];
  return <IconButton small icon={icon} label={`${strings.nav.theme}: ${strings.nav.themes[name]}`} onClick={() => chooseTheme(THEMES[(at + 1) % THEMES.length][0])} />;
}

function BottomBar() {
  const { uploads } = useServices();
  const busy = uploads.sending.value.length > 0;
  return (
    <nav aria-label={strings.nav.label}
      class="fixed inset-x-0 bottom-0 z-20 grid grid-cols-3 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
      {PLACES.map(place => <BottomLink key={place.href} {...place} busy={busy && place.href === '/upload'} />)}
    </nav>
  );
}

function BottomLink({ href, text, icon: Icon, busy }: Place & { readonly busy: boolean }) {
  const here = useIsHere(href);
  return (
    <Link href={href} aria-current={here ? 'page' : undefined}
      class={`flex h-15 flex-col items-center justify-center gap-1 text-2xs font-medium ${here ? 'text-accent-ink' : 'text-muted'}`}>
      <span class="relative">
        <Icon size={21} strokeWidth={1.8} aria-hidden="true" />
        {busy && <span class="absolute -top-0.5 -right-1 size-2 rounded-full bg-accent" />}
      </span>
      {text}
    </Link>
  );
}

function useIsHere(href: string): boolean {
  const [path] = useLocation();
  return href === '/' ? path === '/' || path.startsWith('/v/') : path === href;
}
