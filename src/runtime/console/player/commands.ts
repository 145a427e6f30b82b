/** What the controls and the keys do. */
import { captionTracks } from './media-state';

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

export class Commands {
  static readonly rates: readonly number[] = RATES;

  constructor(private readonly video: HTMLVideoElement, private readonly frame: HTMLElement) {}

  readonly togglePlay = (): void => {
    if (this.video.paused || this.video.ended) void this.video.play().catch(() => undefined);
    else this.video.pause();
  };

  readonly seekTo = (seconds: number): void => {
    const { duration } = this.video;
    this.video.currentTime = Math.max(0, Number.isFinite(duration) ? Math.min(seconds, duration) : seconds);
  };

  readonly seekBy = (seconds: number): void => this.seekTo(this.video.currentTime + seconds);

  readonly setVolume = (volume: number): void => {
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = false;
  };

  readonly toggleMute = (): void => {
    this.video.muted = !this.video.muted;
  };

  readonly setRate = (rate: number): void => {
    this.video.playbackRate = rate;
  };

  readonly stepRate = (step: 1 | -1): void => {
    const next = RATES[RATES.indexOf(this.video.playbackRate) + step];
    if (next !== undefined) this.setRate(next);
  };

  readonly toggleCaptions = (): void => {
    const tracks = captionTracks(this.video);
    const on = tracks.some(({ mode }) => mode === 'showing');
    tracks.forEach((track, index) => { track.mode = !on && index === 0 ? 'showing' : 'disabled'; });
  };

  readonly togglePictureInPicture = (): void => {
    const done = document.pictureInPictureElement ? document.exitPictureInPicture() : this.video.requestPictureInPicture();
    done.catch(() => undefined);
  };

  readonly toggleFullscreen = (): void => {
    const done = document.fullscreenElement ? document.exitFullscreen() : this.frame.requestFullscreen();
    done.catch(() => undefined);
  };

  /** @returns whether the key means something here */
  press(key: string): boolean {
    const { video } = this;
    const keys: Readonly<Record<string, () => void>> = {
      ' ': this.togglePlay,
      k: this.togglePlay,
      ArrowLeft: () => this.seekBy(-5),
      ArrowRight: () => this.seekBy(5),
      j: () => this.seekBy(-10),
      l: () => this.seekBy(10),
      ArrowUp: () => this.setVolume(video.volume + 0.1),
      ArrowDown: () => this.setVolume(video.volume - 0.1),
      m: this.toggleMute,
      f: this.toggleFullscreen,
      i: this.togglePictureInPicture,
      c: this.toggleCaptions,
      '<': () => this.stepRate(-1),
      '>': () => this.stepRate(1),
    };
    if (/^\d$/.test(key)) this.seekTo((video.duration || 0) * Number(key) / 10);
    else if (!Object.hasOwn(keys, key)) return false;
    else keys[key]();
    return true;
  }
}
