import { ByteReader } from './byte-reader';
import { StructureFindings } from './structure-findings';
import { RejectedError, RejectionCode } from '../../../domain/errors';

/** Boxes on the way to a track's data references. */
const CONTAINERS: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl']);
/** Sample entries whose media cannot be decoded without a key. */
const ENCRYPTED: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);
/** A day of one-second fragments has 172,800 boxes; a file of nothing but headers is not read to its end. */
const MOST_BOXES = 200_000;
const SELF_CONTAINED = 1;
const LONGEST_REFERENCE_TABLE = 64 * 1024;

interface BoxHeader {
  readonly type: string;
  readonly start: number;
  readonly payload: number;
  readonly end: number;
}

/** Walks a QuickTime or MP4 file: whole boxes, an index, and no media in other files. */
export async function checkMov(bytes: ByteReader): Promise<StructureFindings> {
  const walk = new MovWalk(bytes);
  await walk.boxes(0, bytes.size, 0);
  if (!walk.hasIndex) throw new RejectedError(RejectionCode.TRUNCATED, 'The file has no index: the recording was not finished, or the end of the file is missing.');
  // A recorder that writes fragments does so to lose no more than the last one.
  return walk.fragments > 0 && walk.overlong ? { cut: true } : { overlong: walk.overlong };
}

class MovWalk {
  hasIndex = false;
  fragments = 0;
  overlong?: RejectedError;
  private visited = 0;

  constructor(private readonly bytes: ByteReader) {}

  async boxes(start: number, end: number, depth: number): Promise<void> {
    let offset = start;
    while (offset + 8 <= end && this.visited < MOST_BOXES) {
      this.visited += 1;
      const box = await this.header(offset, end);
      if (!box) return;
      if (box.end > end) return this.beyondEnd(box, depth);
      if (box.type === 'moov') this.hasIndex = true;
      if (box.type === 'moof') this.fragments += 1;
      if (box.type === 'rmra') throw external('a reference movie');
      if (box.type === 'stsd') await this.sampleEntry(box);
      if (box.type === 'dref') await this.references(box);
      if (CONTAINERS.has(box.type)) await this.boxes(box.payload, box.end, depth + 1);
      offset = box.end;
    }
  }

  private async header(start: number, limit: number): Promise<BoxHeader | undefined> {
    const head = await this.bytes.at(start, 16);
    if (head.length < 8) return undefined;
    const type = head.toString('latin1', 4, 8);
    const short = head.readUInt32BE(0);
    if (short === 0) return { type, start, payload: start + 8, end: limit };
    if (short === 1) {
      if (head.length < 16) return undefined;
      return { type, start, payload: start + 16, end: start + Math.max(16, Number(head.readBigUInt64BE(8))) };
    }
    return short < 8 ? undefined : { type, start, payload: start + 8, end: start + short };
  }

  /** Some recorders leave stray bytes after the last box; read as a header they declare any size. Only boxes with media are checked. */
  private beyondEnd(box: BoxHeader, depth: number): void {
    if (depth === 0 && /^(moov|mdat|moof)$/.test(box.type)) {
      this.overlong = new RejectedError(RejectionCode.TRUNCATED, `The file promises ${box.end} bytes, but ends after ${this.bytes.size}.`);
    }
  }

  private async sampleEntry(box: BoxHeader): Promise<void> {
    const entry = (await this.bytes.at(box.payload + 12, 4)).toString('latin1');
    if (!ENCRYPTED.has(entry)) return;
    throw new RejectedError(RejectionCode.UNSUPPORTED_CODEC, 'The file is encrypted (DRM).', { advice: 'Upload a copy without copy protection.' });
  }

  /** Data references: each must say that the media is in this very file. */
  private async references(box: BoxHeader): Promise<void> {
    const table = await this.bytes.at(box.payload, Math.min(box.end - box.payload, LONGEST_REFERENCE_TABLE));
    let at = 8;
    while (at + 12 <= table.length) {
      const size = table.readUInt32BE(at);
      if (size < 12) return;
      const selfContained = table.readUIntBE(at + 9, 3) % 2 === SELF_CONTAINED;
      const target = table.subarray(at + 12, at + size).toString('latin1').replace(/\0/g, '');
      if (!selfContained && target !== '') throw external(`media in another place (${table.toString('latin1', at + 4, at + 8).trim()} reference)`);
      at += size;
    }
  }
}

function external(what: string): RejectedError {
  return new RejectedError(RejectionCode.EXTERNAL_REFERENCE, `The file names ${what}.`);
}
