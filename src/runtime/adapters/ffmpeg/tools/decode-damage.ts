import { SourceFacts } from '../../../domain/source-facts';
import { SourceWarning, WarningCode } from '../../../domain/source-warning';

/** Part of a track's packets that may be damaged. A viewer sits through a glitch; a tenth is a film that cannot be followed. */
const MOST_DAMAGED_SHARE = 0.1;
/** Short clips have too few packets for a share to mean anything. */
const FEWEST_PACKETS = 30;

/** How ffmpeg 5 and 7 name a packet or frame that could not be decoded, or only in part; the digits are the input and the stream. */
const DAMAGE = [
  /Error while decoding stream #(\d+):\d+/,
  /corrupt decoded frame in stream (\d+)/,
  /\[(?:vist|aist|dec):?#(\d+):\d+.*\] .*(?:Error submitting packet to decoder|Decoding error|corrupt decoded frame)/i,
];

export type DamagedKind = 'video' | 'audio';

/** Counts what ffmpeg says of damage, so that a broken file ends early and a scratched one goes through. */
export class DecodeDamage {
  private readonly counts = { video: 0, audio: 0 };

  constructor(private readonly expectedPackets: Readonly<Record<DamagedKind, number>>) {}

  /** @returns the track that is too damaged to be of use, once there is one. */
  observe(line: string): DamagedKind | undefined {
    const match = DAMAGE.map(pattern => pattern.exec(line)).find(found => found !== null);
    if (!match) return undefined;
    const kind = Number(match[1]) === 0 ? 'video' : 'audio';
    this.counts[kind] += 1;
    return this.counts[kind] > this.limit(kind) ? kind : undefined;
  }

  warnings(): readonly SourceWarning[] {
    return (['video', 'audio'] as const).filter(kind => this.counts[kind] > 0).map(kind => ({
      code: WarningCode.SOURCE_DAMAGED,
      message: `${this.counts[kind]} of ${this.expectedPackets[kind]} ${kind === 'video' ? 'frames' : 'packets of audio'} are damaged and were concealed.`,
    }));
  }

  private limit(kind: DamagedKind): number {
    return Math.max(FEWEST_PACKETS, this.expectedPackets[kind]) * MOST_DAMAGED_SHARE;
  }
}

export function damageOf({ video, audio }: SourceFacts): DecodeDamage {
  return new DecodeDamage({ video: video.frames, audio: audio?.packets ?? 0 });
}
