import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface MediaState {
  readonly playing: boolean;
  readonly ended: boolean;
  readonly waiting: boolean;
  readonly started: boolean;
  readonly time: number;
  readonly duration: number;
  /** Seconds up to which the range around the current time is loaded. */
  readonly buffered: number;
  readonly volume: number;
  readonly muted: boolean;
  readonly rate: number;
  readonly hasCaptions: boolean;
  readonly captionsOn: boolean;
}

const EVENTS = [
  'play', 'playing', 'pause', 'ended', 'waiting', 'seeking', 'seeked', 'timeupdate', 'durationchange', 'progress', 'volumechange', 'ratechange', 'emptied',
];

/** The element's state as a value, read anew on each of its events. */
export function useMediaState(video: RefObject<HTMLVideoElement>, knownDuration: number): MediaState {
  const [state, setState] = useState<MediaState>({
    playing: false,
    ended: false,
    waiting: false,
    started: false,
    time: 0,
    duration: knownDuration,
    buffered: 0,
    volume: 1,
    muted: false,
    rate: 1,
    hasCaptions: false,
    captionsOn: false,
  });
  useEffect(() => {
    const element = video.current!;
    let started = false;
    const read = () => {
      started ||= !element.paused || element.currentTime > 0;
      setState(stateOf(element, knownDuration, started));
    };
    for (const event of EVENTS) element.addEventListener(event, read);
    for (const event of ['addtrack', 'change']) element.textTracks.addEventListener(event, read);
    read();
    return () => {
      for (const event of EVENTS) element.removeEventListener(event, read);
      for (const event of ['addtrack', 'change']) element.textTracks.removeEventListener(event, read);
    };
  }, [knownDuration]);
  return state;
}

function stateOf(element: HTMLVideoElement, knownDuration: number, started: boolean): MediaState {
  const captions = captionTracks(element);
  return {
    started,
    playing: !element.paused && !element.ended,
    ended: element.ended,
    waiting: !element.paused && element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !element.ended,
    time: element.currentTime,
    duration: Number.isFinite(element.duration) && element.duration > 0 ? element.duration : knownDuration,
    buffered: bufferedAfter(element),
    volume: element.volume,
    muted: element.muted || element.volume === 0,
    rate: element.playbackRate,
    hasCaptions: captions.length > 0,
    captionsOn: captions.some(({ mode }) => mode === 'showing'),
  };
}

function bufferedAfter({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.1 && buffered.end(index) > currentTime) return buffered.end(index);
  }
  return 0;
}

export function captionTracks({ textTracks }: HTMLVideoElement): TextTrack[] {
  return [...textTracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles');
}
