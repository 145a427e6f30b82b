import { SourceWarning, WarningCode } from '../../../domain/source-warning';

/** Part of a track's packets that may be damaged. A viewer sits through a glitch; a tenth is a film that cannot be followed. */
const MOST_DAMAGED_SHARE = 0.1;
/** Short clips have too few packets for a share to mean anything. */
const FEWEST_PACKETS = 30;

/** How ffmpeg 5 and 7 name a packet or frame that could not be decoded, or only in part. */
const DAMAGE = [
  /Error while decoding stream #\d+:\d+/,
  /corrupt decoded frame/,
  /\[(?:vist|aist|dec):?#\d+:\d+.*\] .*(?:Error submitting packet to decoder|Decoding error)/i,
];

const NAMES = { video: 'frames', audio: 'packets of audio' } as const;

/** Counts what ffmpeg says of damage to one track, so that a broken file ends early and a scratched one goes through. */
export class DecodeDamage {
  private count = 0;
  private position = 0;
  private firstAt?: number;

  constructor(private readonly kind: keyof typeof NAMES, private readonly expectedPackets: number) {}

  /** Decoding has come this far, seconds. */
  reached(seconds: number): void {
    this.position = seconds;
  }

  /** @returns whether the track is too damaged to be of use. */
  observe(line: string): boolean {
    if (!DAMAGE.some(pattern => pattern.test(line))) return false;
    this.count += 1;
    this.firstAt ??= this.position;
    return this.count > Math.max(FEWEST_PACKETS, this.expectedPackets) * MOST_DAMAGED_SHARE;
  }

  warnings(): readonly SourceWarning[] {
    if (this.count === 0) return [];
    const message = `${this.count} of ${this.expectedPackets} ${NAMES[this.kind]} are damaged and were concealed, the first about ${this.firstAt!.toFixed(1)} s `
      + 'after the start. If you still have the device\'s own file, upload that.';
    return [{ code: WarningCode.SOURCE_DAMAGED, message, at: this.firstAt }];
  }
}
