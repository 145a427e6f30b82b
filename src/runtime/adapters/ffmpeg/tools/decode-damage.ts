import { MOST_DAMAGED_SHARE } from '../../../domain/media-policy';
import { SourceWarning, WarningCode } from '../../../domain/source-warning';

/** Short clips have too few packets for a share to mean anything. */
const FEWEST_PACKETS = 30;

/** How ffmpeg 5 and 7 name a packet or frame that could not be decoded, or only in part. */
const DAMAGE = [
  /Error while decoding stream #\d+:\d+/,
  /corrupt decoded frame/,
  /\[(?:vist|aist|dec):?#\d+:\d+.*\] .*(?:Error submitting packet to decoder|Decoding error)/i,
];

const WORDS = {
  video: { packets: 'frames', afterwards: 'its last frame stands' },
  audio: { packets: 'packets', afterwards: 'there is silence' },
} as const;

/** Decoding that ends this much before its track is a loss; positions come every half second. */
const EARLY_SECONDS = 1;

export interface TrackToDecode {
  readonly kind: keyof typeof WORDS;
  readonly packets: number;
  /** When its last packet begins, seconds after the start; undefined where its times say nothing. */
  readonly lastSeconds?: number;
}

/** Counts what ffmpeg says of damage to one track, so that a broken file ends early and a scratched one goes through. */
export class DecodeDamage {
  private count = 0;
  private position = 0;
  private firstAt?: number;

  constructor(private readonly track: TrackToDecode) {}

  /** Decoding has come this far, seconds. */
  reached(seconds: number): void {
    this.position = seconds;
  }

  /** @returns whether the track is too damaged to be of use. */
  observe(line: string): boolean {
    if (!DAMAGE.some(pattern => pattern.test(line))) return false;
    this.count += 1;
    this.firstAt ??= this.position;
    return this.count > Math.max(FEWEST_PACKETS, this.track.packets) * MOST_DAMAGED_SHARE;
  }

  warnings(): readonly SourceWarning[] {
    const { kind, packets, lastSeconds = 0 } = this.track;
    const { packets: name, afterwards } = WORDS[kind];
    if (this.firstAt !== undefined) {
      return [damaged(`The ${kind} is damaged: ${this.count} of ${packets} ${name} had to be concealed, from about ${this.firstAt.toFixed(1)} s after the start.`, this.firstAt)];
    }
    if (this.position >= lastSeconds - EARLY_SECONDS) return [];
    return [damaged(`The ${kind} can be decoded up to ${this.position.toFixed(1)} s of ${lastSeconds.toFixed(1)} s; after that ${afterwards}.`, this.position)];
  }
}

function damaged(finding: string, at: number): SourceWarning {
  return { code: WarningCode.SOURCE_DAMAGED, message: `${finding} If you still have the device's own file, upload that.`, at };
}
