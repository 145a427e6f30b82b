import { LoaderCircle, Play, TriangleAlert } from 'lucide-preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Commands } from './commands';
import { Controls } from './controls';
import { createEngine, Engine, Source } from './engine';
import { useMediaState } from './media-state';
import { isTyping } from '../app/shortcuts';
import type { Storyboard } from '../data/storyboard';
import { strings } from '../strings';

export interface PlayerProps {
  readonly title: string;
  readonly source: Source;
  readonly poster?: string;
  readonly durationSeconds: number;
  readonly storyboard?: Storyboard;
  /** Once, after somebody has really watched. */
  readonly onWatched: () => void;
  readonly class?: string;
}

const HIDE_AFTER_MS = 2600;
const WATCHED_SECONDS = 2;

export function Player({ title, source, poster, durationSeconds, storyboard, onWatched, class: more = '' }: PlayerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [engine, setEngine] = useState<Engine>();
  const [commands, setCommands] = useState<Commands>();
  const state = useMediaState(video, durationSeconds);
  const { awake, wake } = useAwake(state.playing);

  useEffect(() => setCommands(new Commands(video.current!, frame.current!)), []);
  useEffect(() => attach(video.current!, source, setEngine), [source]);
  useEffect(() => { if (state.started) engine?.start(); }, [engine, state.started]);
  useKeys(frame, commands, wake);
  const watched = state.time > Math.min(WATCHED_SECONDS, durationSeconds / 2);
  useEffect(() => { if (watched) onWatched(); }, [watched]);

  const failure = engine?.failure.value;
  const showControls = awake || !state.playing;
  return (
    <div ref={frame} role="region" aria-label={strings.player.label(title)} onPointerMove={wake} onFocusIn={wake}
      class={`group/player @container-size relative isolate overflow-hidden bg-black text-white select-none ${showControls ? '' : 'cursor-none'} ${more}`}>
      <video ref={video} playsInline preload="none" class="size-full object-contain" onClick={commands?.togglePlay} onDblClick={commands?.toggleFullscreen} />
      {!state.started && poster && <img src={poster} alt="" class="pointer-events-none absolute inset-0 size-full object-contain" />}
      {!state.started && (
        <button type="button" aria-label={strings.player.play} onClick={commands?.togglePlay} class="absolute inset-0 grid place-items-center focus-visible:-outline-offset-4">
          <span class="grid size-18 place-items-center rounded-full bg-black/60 ring-1 ring-white/25 backdrop-blur-sm transition-transform duration-150 group-hover/player:scale-105">
            <Play size={30} fill="currentColor" class="ml-1" aria-hidden="true" />
          </span>
        </button>
      )}
      {state.waiting && !failure && (
        <div role="status" aria-label={strings.player.buffering} class="pointer-events-none absolute inset-0 grid place-items-center">
          <LoaderCircle size={44} class="animate-spin" aria-hidden="true" />
        </div>
      )}
      {failure && <Failure text={strings.player.errors[failure]} />}
      {commands && <Controls state={state} commands={commands} engine={engine} storyboard={storyboard} visible={showControls} />}
    </div>
  );
}

function Failure({ text }: { readonly text: string }) {
  return (
    <div role="alert" class="absolute inset-0 grid place-items-center bg-black/75 p-6 text-center">
      <div class="max-w-sm">
        <TriangleAlert size={28} class="mx-auto mb-3" aria-hidden="true" />
        <p class="font-semibold">{strings.player.errorTitle}</p>
        <p class="mt-1 text-white/80">{text}</p>
      </div>
    </div>
  );
}

function attach(video: HTMLVideoElement, source: Source, setEngine: (engine: Engine | undefined) => void): () => void {
  let gone = false;
  let engine: Engine | undefined;
  void createEngine(video, source).then(created => {
    if (gone) return created.destroy();
    engine = created;
    return setEngine(created);
  });
  return () => {
    gone = true;
    engine?.destroy();
    setEngine(undefined);
  };
}

/** Controls show while the pointer moves or a key is pressed, and a little longer. */
function useAwake(playing: boolean): { readonly awake: boolean; readonly wake: () => void } {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const wake = () => {
    clearTimeout(timer.current);
    setAwake(true);
    timer.current = setTimeout(() => setAwake(false), HIDE_AFTER_MS);
  };
  useEffect(wake, [playing]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { awake, wake };
}

/** Keys work wherever the focus is, as long as it is not in something else that takes them. */
function useKeys(frame: { readonly current: HTMLElement | null }, commands: Commands | undefined, wake: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const inside = frame.current?.contains(target) ?? false;
      if (event.ctrlKey || event.metaKey || event.altKey || (!inside && (target !== document.body || isTyping(target)))) return;
      // Buttons have their own space and enter; the menu its own arrows.
      if (target.closest('fieldset') || (target.matches('button') && event.key === ' ')) return;
      if (!commands?.press(event.key)) return;
      event.preventDefault();
      wake();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [commands]);
}
