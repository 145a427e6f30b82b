import { Captions, CaptionsOff, Maximize, Minimize, Pause, PictureInPicture2, Play, RotateCcw, Volume1, Volume2, VolumeX } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { Commands } from './commands';
import type { Engine } from './engine';
import type { MediaState } from './media-state';
import { PlayerButton } from './player-button';
import { SeekBar } from './seek-bar';
import { SettingsMenu } from './settings-menu';
import { formatDuration } from '../data/format';
import type { Storyboard } from '../data/storyboard';
import { strings } from '../strings';

interface ControlsProps {
  readonly state: MediaState;
  readonly commands: Commands;
  readonly engine?: Engine;
  readonly storyboard?: Storyboard;
  readonly visible: boolean;
}

export function Controls({ state, commands, engine, storyboard, visible }: ControlsProps) {
  const { time, duration, hasCaptions, captionsOn } = state;
  const fullscreen = useFullscreen();
  return (
    <div class={`absolute inset-x-0 bottom-0 bg-linear-to-t from-black/80 via-black/45 to-transparent px-2.5 pt-14 pb-1.5 transition-opacity duration-200 sm:px-3.5
      ${visible ? '' : 'pointer-events-none opacity-0 focus-within:pointer-events-auto focus-within:opacity-100'}`}>
      <SeekBar state={state} storyboard={storyboard} onSeek={commands.seekTo} />
      <div class="flex items-center">
        <PlayButton state={state} commands={commands} />
        <Volume state={state} commands={commands} />
        <span class="ml-2 text-sm tabular" aria-hidden="true">{formatDuration(time)}<span class="mx-1 text-white/60">/</span>{formatDuration(duration)}</span>
        <span class="flex-1" />
        {hasCaptions && <PlayerButton icon={captionsOn ? Captions : CaptionsOff} onClick={commands.toggleCaptions} pressed={captionsOn}
          label={captionsOn ? strings.player.captionsOff : strings.player.captionsOn} />}
        <SettingsMenu engine={engine} rate={state.rate} onRate={commands.setRate} />
        {document.pictureInPictureEnabled && <PlayerButton icon={PictureInPicture2} label={strings.player.pip} onClick={commands.togglePictureInPicture} class="max-sm:hidden" />}
        <PlayerButton icon={fullscreen ? Minimize : Maximize} onClick={commands.toggleFullscreen}
          label={fullscreen ? strings.player.exitFullscreen : strings.player.fullscreen} />
      </div>
    </div>
  );
}

function PlayButton({ state: { playing, ended }, commands }: { readonly state: MediaState; readonly commands: Commands }) {
  const [icon, label] = ended ? [RotateCcw, strings.player.replay] as const
    : playing ? [Pause, strings.player.pause] as const : [Play, strings.player.play] as const;
  return <PlayerButton icon={icon} label={label} onClick={commands.togglePlay} />;
}

function Volume({ state: { volume, muted }, commands }: { readonly state: MediaState; readonly commands: Commands }) {
  const level = muted ? 0 : volume;
  return (
    <div class="group/volume flex items-center">
      <PlayerButton icon={level === 0 ? VolumeX : level < 0.5 ? Volume1 : Volume2} onClick={commands.toggleMute}
        label={muted ? strings.player.unmute : strings.player.mute} />
      <input type="range" min={0} max={1} step={0.05} value={level} aria-label={strings.player.volume} aria-valuetext={`${Math.round(level * 100)} %`}
        onInput={event => commands.setVolume(event.currentTarget.valueAsNumber)}
        class="h-6 w-0 cursor-pointer opacity-0 accent-white transition-[width,opacity] duration-150 group-hover/volume:w-20 group-hover/volume:opacity-100
          focus-visible:w-20 focus-visible:opacity-100 max-sm:hidden" />
    </div>
  );
}

function useFullscreen(): boolean {
  const [fullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const read = () => setFullscreen(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', read);
    return () => document.removeEventListener('fullscreenchange', read);
  }, []);
  return fullscreen;
}
