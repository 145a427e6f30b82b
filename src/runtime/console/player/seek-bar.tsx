import { useRef, useState } from 'preact/hooks';
import type { MediaState } from './media-state';
import { formatDuration } from '../data/format';
import { Storyboard, tileAt, tileStyle } from '../data/storyboard';
import { strings } from '../strings';

interface SeekBarProps {
  readonly state: MediaState;
  readonly storyboard?: Storyboard;
  readonly onSeek: (seconds: number) => void;
}

const PREVIEW_WIDTH = 176;

/** A range input for hands and keys, and over it what it looks like. */
export function SeekBar({ state: { time, duration, buffered }, storyboard, onSeek }: SeekBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number>();
  const share = (seconds: number) => `${duration > 0 ? Math.min(100, seconds / duration * 100) : 0}%`;
  const follow = (event: PointerEvent) => {
    const { left, width } = bar.current!.getBoundingClientRect();
    setAt(Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  return (
    <div ref={bar} class="group/seek relative mx-1 h-5" onPointerMove={follow} onPointerLeave={() => setAt(undefined)}>
      <div class="pointer-events-none absolute inset-x-0 top-2 h-1 overflow-hidden rounded-full bg-white/30 transition-transform duration-100 group-hover/seek:scale-y-150">
        <div class="absolute inset-y-0 left-0 bg-white/40" style={{ width: share(buffered) }} />
        {at !== undefined && <div class="absolute inset-y-0 left-0 bg-white/30" style={{ width: `${at * 100}%` }} />}
        <div class="absolute inset-y-0 left-0 bg-[oklch(0.72_0.16_285)]" style={{ width: share(time) }} />
      </div>
      <div class="pointer-events-none absolute top-1 size-3 -translate-x-1/2 scale-0 rounded-full bg-white shadow transition-transform duration-100
        group-hover/seek:scale-100 group-focus-within/seek:scale-100" style={{ left: share(time) }} />
      <input type="range" min={0} max={duration || 1} step="any" value={time} aria-label={strings.player.seek}
        aria-valuetext={strings.player.time(formatDuration(time), formatDuration(duration))}
        onInput={event => onSeek(event.currentTarget.valueAsNumber)}
        class="absolute inset-0 m-0 size-full cursor-pointer appearance-none rounded-full opacity-0 focus-visible:opacity-100 focus-visible:outline-white
          [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0" />
      {at !== undefined && duration > 0 && <Preview seconds={at * duration} share={at} bar={bar.current!} storyboard={storyboard} />}
    </div>
  );
}

interface PreviewProps {
  readonly seconds: number;
  readonly share: number;
  readonly bar: HTMLElement;
  readonly storyboard?: Storyboard;
}

function Preview({ seconds, share, bar, storyboard }: PreviewProps) {
  const half = storyboard ? PREVIEW_WIDTH / 2 + 2 : 24;
  const left = Math.min(Math.max(share * bar.clientWidth, half), Math.max(half, bar.clientWidth - half));
  return (
    <div class="pointer-events-none absolute bottom-7 flex -translate-x-1/2 flex-col items-center gap-1.5" style={{ left: `${left}px` }} aria-hidden="true">
      {storyboard && (
        <div class="overflow-hidden rounded-md border-2 border-white bg-black shadow-float">
          <div style={tileStyle(storyboard, tileAt(storyboard, seconds), PREVIEW_WIDTH)} />
        </div>
      )}
      <span class="rounded-sm bg-black/80 px-1.5 py-px text-xs font-medium tabular">{formatDuration(seconds)}</span>
    </div>
  );
}
