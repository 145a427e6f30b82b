import type { ReadonlySignal } from '@preact/signals';

/** What brings the bytes of a stream into a `<video>` element. The page knows this and no library. */
export interface Engine {
  /** Highest first; empty until the stream is known, or when the engine leaves no choice. */
  readonly qualities: ReadonlySignal<readonly Quality[]>;
  /** Index of the quality that plays. */
  readonly playing: ReadonlySignal<number | undefined>;
  /** Index of the quality that the viewer chose; undefined when the engine chooses. */
  readonly chosen: ReadonlySignal<number | undefined>;
  readonly failure: ReadonlySignal<EngineFailure | undefined>;
  choose(quality: number | undefined): void;
  /** Media is fetched from now on, and not before. */
  start(): void;
  destroy(): void;
}

export interface Quality {
  readonly index: number;
  /** `720p`, or the bitrate when there is no frame size. */
  readonly name: string;
}

export type EngineFailure = 'network' | 'forbidden' | 'media' | 'unsupported';

export interface Source {
  /** Master playlist for players that send cookies. */
  readonly url: string;
  /** The same for those that do not. */
  readonly tokenUrl: string;
  /** Gets a new permission to read media; false when the viewer has none any more. */
  readonly renew: () => Promise<boolean>;
}

/** hls.js where there are Media Source Extensions, the browser's own player elsewhere (iPhone before iOS 17.1). */
export async function createEngine(video: HTMLVideoElement, source: Source): Promise<Engine> {
  const { HlsEngine } = await import('./hls-engine');
  if (HlsEngine.isSupported()) return new HlsEngine(video, source);
  const { NativeEngine } = await import('./native-engine');
  return new NativeEngine(video, source);
}
