import { SourceContainer } from './source-facts';

/** First bytes that `sniffContainer` wants to see. */
export const SNIFF_BYTES = 600;

const ASF_HEADER = '3026b2758e66cf11a6d900aa0062ce6c';
const MXF_PARTITION = '060e2b34020501010d0102010102';
const PROGRAM_STREAM_PACK = '000001ba';
const TS_SYNC = 0x47;
/** Plain, and with the four bytes of time in front that AVCHD and Blu-ray have. */
const TS_PACKETS = [{ start: 0, length: 188 }, { start: 4, length: 192 }] as const;
const EBML = '1a45dfa3';
/** Boxes that open a QuickTime file written before `ftyp` existed. */
const OPENING_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function hex(bytes: Uint8Array, length: number): string {
  return Array.from(bytes.subarray(0, length), byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The container that a file is, by its own first bytes, or undefined when it is none that we accept.
 *
 * This decides the demuxer, and ffmpeg is not asked: its own guess runs every demuxer it has over the file, playlists
 * and scripts among them.
 */
export function sniffContainer(head: Uint8Array): SourceContainer | undefined {
  if (head.length < 12) return undefined;
  if (OPENING_BOXES.has(ascii(head, 4, 8))) return 'mov';
  if (hex(head, 4) === EBML) return 'matroska';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'AVI ') return 'avi';
  if (ascii(head, 0, 3) === 'FLV' && head[3] <= 1) return 'flv';
  if (hex(head, 16) === ASF_HEADER) return 'asf';
  if (hex(head, 14) === MXF_PARTITION) return 'mxf';
  if (hex(head, 4) === PROGRAM_STREAM_PACK) return 'mpeg';
  if (TS_PACKETS.some(({ start, length }) => [0, 1, 2].every(packet => head[start + packet * length] === TS_SYNC))) return 'mpegts';
  return undefined;
}
