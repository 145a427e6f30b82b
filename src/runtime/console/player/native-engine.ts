import { signal } from '@preact/signals';
import type { Engine, EngineFailure, Quality, Source } from './engine';

const HLS = 'application/vnd.apple.mpegurl';

/** The browser plays HLS by itself: nothing to choose, nothing to renew but the whole source. */
export class NativeEngine implements Engine {
  readonly qualities = signal<readonly Quality[]>([]);
  readonly playing = signal<number | undefined>(undefined);
  readonly chosen = signal<number | undefined>(undefined);
  readonly failure = signal<EngineFailure | undefined>(undefined);

  constructor(private readonly video: HTMLVideoElement, private readonly source: Source) {
    if (video.canPlayType(HLS) === '') this.failure.value = 'unsupported';
    video.addEventListener('error', this.onError);
  }

  choose(): void {
    // The browser leaves no choice.
  }

  start(): void {
    if (this.video.src === '') this.video.src = this.source.tokenUrl;
  }

  destroy(): void {
    this.video.removeEventListener('error', this.onError);
    this.video.removeAttribute('src');
    this.video.load();
  }

  private readonly onError = () => {
    this.failure.value = this.video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'media';
  };
}
