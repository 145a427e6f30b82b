import { signal } from '@preact/signals';
import Hls, { ErrorData, Events, ErrorTypes, Level } from 'hls.js';
import type { Engine, EngineFailure, Quality, Source } from './engine';

const MOST_MEDIA_RECOVERIES = 2;
const RETRY_NETWORK_MS = 3000;

export class HlsEngine implements Engine {
  static isSupported(): boolean {
    return Hls.isSupported();
  }

  readonly qualities = signal<readonly Quality[]>([]);
  readonly playing = signal<number | undefined>(undefined);
  readonly chosen = signal<number | undefined>(undefined);
  readonly failure = signal<EngineFailure | undefined>(undefined);
  private readonly hls: Hls;
  private started = false;
  private mediaRecoveries = 0;
  private renewed = false;
  private retryTimer?: ReturnType<typeof setTimeout>;

  constructor(video: HTMLVideoElement, private readonly source: Source) {
    this.hls = new Hls({
      // Our fMP4 needs no transmuxing worth a thread, and its worker would come from a blob: URL, which the policy forbids.
      enableWorker: false,
      // The playlist at once, media when somebody presses play.
      autoStartLoad: false,
      capLevelToPlayerSize: true,
      backBufferLength: 60,
    });
    this.hls.on(Events.MANIFEST_PARSED, (_, { levels }) => { this.qualities.value = qualitiesOf(levels); });
    this.hls.on(Events.LEVEL_SWITCHED, (_, { level }) => { this.playing.value = level; });
    this.hls.on(Events.FRAG_BUFFERED, () => {
      this.failure.value = undefined;
      this.renewed = false;
    });
    this.hls.on(Events.ERROR, (_, data) => { if (data.fatal) void this.recover(data); });
    this.hls.attachMedia(video);
    this.hls.loadSource(source.url);
    addEventListener('online', this.retry);
  }

  choose(quality: number | undefined): void {
    this.chosen.value = quality;
    this.hls.nextLevel = quality ?? -1;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.hls.startLoad();
  }

  destroy(): void {
    clearTimeout(this.retryTimer);
    removeEventListener('online', this.retry);
    this.hls.destroy();
  }

  private async recover({ type, response }: ErrorData): Promise<void> {
    if (type === ErrorTypes.MEDIA_ERROR) {
      if ((this.mediaRecoveries += 1) > MOST_MEDIA_RECOVERIES) this.failure.value = 'media';
      else this.hls.recoverMediaError();
      return;
    }
    if (type !== ErrorTypes.NETWORK_ERROR) {
      this.failure.value = 'media';
      return;
    }
    const refused = response?.code === 401 || response?.code === 403;
    if (refused && !this.renewed) {
      // Once: a permission that is refused right after it was given will not be better the next time.
      this.renewed = true;
      if (await this.source.renew().catch(() => true)) return this.retry();
    }
    this.failure.value = refused ? 'forbidden' : 'network';
    if (!refused) this.retryTimer = setTimeout(this.retry, RETRY_NETWORK_MS);
  }

  private readonly retry = () => {
    clearTimeout(this.retryTimer);
    if (this.hls.levels.length === 0) this.hls.loadSource(this.source.url);
    if (this.started) this.hls.startLoad();
  };
}

function qualitiesOf(levels: readonly Level[]): Quality[] {
  const named = levels.map(({ width, height, bitrate }, index) => ({
    index, height, name: height > 0 ? `${Math.min(width, height)}p` : `${Math.round(bitrate / 1000)} kbit/s`,
  }));
  return named.sort((a, b) => b.height - a.height).map(({ index, name }) => ({ index, name }));
}
