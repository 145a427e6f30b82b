import { FileHandle } from 'node:fs/promises';

/** A box of an ISO base media file: where it lies and where its payload begins. */
export interface Box {
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  readonly headerSize: number;
}

const LONGEST_HEADER = 16;

/** Reads box headers in order, jumping over payloads: memory and reads do not grow with the media. */
export async function* topLevelBoxes(file: FileHandle): AsyncGenerator<Box> {
  const { size: fileSize } = await file.stat();
  const header = Buffer.alloc(LONGEST_HEADER);
  let offset = 0;
  while (offset + 8 <= fileSize) {
    const { bytesRead } = await file.read(header, 0, LONGEST_HEADER, offset);
    const box = parseHeader(header.subarray(0, bytesRead), 0, fileSize - offset);
    yield { ...box, offset };
    offset += box.size;
  }
}

/** Boxes inside a payload that is in memory. */
export function childBoxes(payload: Buffer, start = 0, end = payload.length): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset + 8 <= end) {
    const box = parseHeader(payload, offset, end - offset);
    boxes.push({ ...box, offset });
    offset += box.size;
  }
  return boxes;
}

export function findBox(payload: Buffer, path: readonly string[], start = 0, end = payload.length): Box | undefined {
  const box = childBoxes(payload, start, end).find(({ type }) => type === path[0]);
  if (!box || path.length === 1) return box;
  return findBox(payload, path.slice(1), box.offset + box.headerSize, box.offset + box.size);
}

export async function readBox(file: FileHandle, box: Box): Promise<Buffer> {
  const payload = Buffer.alloc(box.size - box.headerSize);
  await file.read(payload, 0, payload.length, box.offset + box.headerSize);
  return payload;
}

function parseHeader(bytes: Buffer, at: number, available: number): Omit<Box, 'offset'> {
  const type = bytes.toString('latin1', at + 4, at + 8);
  const short = bytes.readUInt32BE(at);
  // 0: to the end of the file; 1: a 64 bit size follows.
  const size = short === 0 ? available : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
  const headerSize = short === 1 ? 16 : 8;
  if (size < headerSize || size > available) throw new RangeError(`Box '${type}' claims ${size} bytes where ${available} are left.`);
  return { type, size, headerSize };
}
