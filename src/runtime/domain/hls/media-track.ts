/** One segment of a media file, as its boxes say. */
export interface Segment {
  /** First byte and length in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** Seconds. */
  readonly start: number;
  readonly duration: number;
  readonly samples: number;
  /** Bytes from `offset` to the end of the first frame. */
  readonly keyFrameBytes: number;
}

export interface MediaTrack {
  /** RFC 6381. */
  readonly codec: string;
  /** Length of the initialization section, which starts at byte 0. */
  readonly initBytes: number;
  readonly segments: readonly Segment[];
  readonly sizeBytes: number;
}

export function trackDuration({ segments }: MediaTrack): number {
  return segments.reduce((sum, { duration }) => sum + duration, 0);
}

export interface BitRates {
  /** Of the densest segment, bits per second. */
  readonly peak: number;
  readonly average: number;
}

/** Seconds as playlists state them: a rate must hold for a player that divides by the value written there. */
export function statedSeconds(duration: number): string {
  return duration.toFixed(6);
}

/** True rates of what is sent, container bytes included. */
export function bitRates(segments: ReadonlyArray<{ readonly bytes: number; readonly duration: number }>): BitRates {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const duration = segments.reduce((sum, segment) => sum + Number(statedSeconds(segment.duration)), 0);
  return {
    peak: Math.ceil(Math.max(...segments.map(segment => segment.bytes * 8 / Number(statedSeconds(segment.duration))))),
    average: Math.ceil(bytes * 8 / duration),
  };
}
