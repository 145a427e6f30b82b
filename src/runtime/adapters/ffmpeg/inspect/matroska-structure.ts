import { ByteReader } from './byte-reader';
import { RejectedError, RejectionCode } from '../../../domain/errors';

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const CLUSTER = 0x1f43b675;
const DURATION = 0x4489;
/** Info stands near the front; what a file hides behind more elements than this, ffprobe will tell. */
const MOST_ELEMENTS = 64;

interface Element {
  readonly id: number;
  readonly payload: number;
  /** Undefined for a live recording, whose size was not known when it began. */
  readonly end?: number;
}

/** The segment must lie within the file, and a stated duration must be a number. */
export async function checkMatroska(bytes: ByteReader): Promise<void> {
  const header = await element(bytes, 0);
  if (header?.end === undefined) return;
  const segment = await element(bytes, header.end);
  if (segment?.id !== SEGMENT) return;
  if (segment.end !== undefined && segment.end > bytes.size) {
    throw new RejectedError(RejectionCode.TRUNCATED, `The file promises ${segment.end} bytes, but ends after ${bytes.size}.`);
  }
  const info = await find(bytes, segment.payload, bytes.size, INFO);
  const duration = info?.end === undefined ? undefined : await find(bytes, info.payload, info.end, DURATION);
  if (duration?.end !== undefined) assertDuration(await bytes.at(duration.payload, Math.min(8, duration.end - duration.payload)));
}

function assertDuration(raw: Buffer): void {
  const value = raw.length === 8 ? raw.readDoubleBE(0) : raw.length === 4 ? raw.readFloatBE(0) : 0;
  if (!Number.isFinite(value) || value < 0) throw new RejectedError(RejectionCode.INVALID_DURATION, `The file says that it lasts ${value}.`);
}

async function find(bytes: ByteReader, start: number, end: number, id: number): Promise<Element | undefined> {
  let offset = start;
  for (let index = 0; index < MOST_ELEMENTS && offset < end; index += 1) {
    const next = await element(bytes, offset);
    if (!next || next.id === id) return next;
    if (next.end === undefined || next.id === CLUSTER) return undefined;
    offset = next.end;
  }
  return undefined;
}

/** An element's id keeps its length marker; a size has it removed, and all ones mean unknown. */
async function element(bytes: ByteReader, offset: number): Promise<Element | undefined> {
  const head = await bytes.at(offset, 12);
  const idLength = head.length > 0 ? Math.clz32(head[0]) - 23 : 0;
  if (idLength < 1 || idLength > 4 || head.length <= idLength) return undefined;
  const sizeLength = Math.clz32(head[idLength]) - 23;
  if (sizeLength < 1 || sizeLength > 8 || head.length < idLength + sizeLength) return undefined;
  let size = head[idLength] - 2 ** (8 - sizeLength);
  let unknown = size === 2 ** (8 - sizeLength) - 1;
  for (const byte of head.subarray(idLength + 1, idLength + sizeLength)) {
    size = size * 256 + byte;
    unknown &&= byte === 0xff;
  }
  const payload = offset + idLength + sizeLength;
  return { id: head.readUIntBE(0, idLength), payload, end: unknown ? undefined : payload + size };
}
