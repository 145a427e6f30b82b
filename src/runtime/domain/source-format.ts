import { SourceContainer } from './source-facts';

/** First bytes that `sniffContainer` wants to see. */
export const SNIFF_BYTES = 64;

const ASF_HEADER = '3026b2758e66cf11a6d900aa0062ce6c';
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
  return undefined;
}
