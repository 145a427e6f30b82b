import { FfprobeStream, seconds } from './ffprobe-output';
import { PacketFacts, PacketScan } from './packet-scan';

/** Codecs that may code the two fields of a frame in packets of their own, as AVCHD does. */
const FIELD_CODECS: ReadonlySet<string> = new Set(['h264', 'vc1', 'mpeg2video']);
/** Packets that are decoded to find out: four seconds of fields. */
export const SAMPLED_PACKETS = 200;
const FEWEST_FRAMES = 8;
/** Of frames to packets; with every frame in two packets it is a half, and a frame lost to damage must not decide. */
const FIELDS_SHARE = 0.75;
/** Two distances are one when they differ by no more than this share. */
const SAME = 1.1;

/** Whether packets may be fields: the header does not rule it out. */
export function mayHoldFields({ codec_name: codec = '', field_order: order }: FfprobeStream): boolean {
  return FIELD_CODECS.has(codec) && order !== 'progressive';
}

/** The start of a track, in packets and in the frames that came of them. */
export class FieldSample {
  private readonly packets: Array<number | undefined> = [];
  private readonly frames = new PacketScan();

  /** A line of ffprobe's: `packet,0.04` or `frame,0.04`. */
  add(line: string): void {
    const [section, text] = line.split(',');
    const time = seconds(text);
    if (section === 'packet') this.packets.push(time);
    if (section === 'frame' && time !== undefined) this.frames.add(time, undefined);
  }

  /** The facts of a track, counted in frames. */
  joined(track: PacketFacts): PacketFacts {
    const frames = this.frames.facts();
    if (!frames || frames.packets < FEWEST_FRAMES) return track;
    // The second field of a frame has no time of its own where both came in one packet of the transport stream.
    const packets = this.packets.filter(time => time === undefined || (time >= frames.first && time <= frames.last)).length;
    const share = frames.packets / packets;
    if (share > FIELDS_SHARE) return track;
    const gap = frames.typicalGap;
    // A field without a time was counted as long as the frame that it belongs to.
    const untimed = this.packets.includes(undefined);
    const last = track.last - (untimed ? gap : gap / 2);
    const steady = frames.steady && track.longestGap <= gap * SAME;
    return {
      ...track,
      packets: steady ? Math.round((last - track.first) / gap) + 1 : Math.ceil(track.packets * share),
      last,
      end: track.end - (untimed ? gap : 0),
      typicalGap: gap,
      steady,
    };
  }
}
