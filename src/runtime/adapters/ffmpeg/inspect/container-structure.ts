import { open } from 'node:fs/promises';
import { ByteReader } from './byte-reader';
import { checkMatroska } from './matroska-structure';
import { checkMov } from './mov-structure';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { SourceContainer } from '../../../domain/source-facts';

type Check = (bytes: ByteReader) => Promise<void>;

function assertHolds(promisedBytes: number, bytes: ByteReader): void {
  if (promisedBytes > bytes.size) {
    throw new RejectedError(RejectionCode.TRUNCATED, `The header promises ${promisedBytes} bytes, but the file ends after ${bytes.size}.`);
  }
}

/** RIFF chunks one after the other (OpenDML writes several); a size of 0 is a recording that was never closed. */
async function checkAvi(bytes: ByteReader): Promise<void> {
  let offset = 0;
  while (offset + 12 <= bytes.size) {
    const header = await bytes.at(offset, 12);
    const size = header.readUInt32LE(4);
    if (header.toString('latin1', 0, 4) !== 'RIFF' || size === 0) return;
    assertHolds(offset + 8 + size, bytes);
    offset += 8 + size + size % 2;
  }
}

const ASF_FILE_PROPERTIES = 'a1dcab8c47a9cf118ee400c00c205365';
const ASF_MOST_OBJECTS = 256;

/** The header object's file properties state the size of the whole file, unless it is a broadcast. */
async function checkAsf(bytes: ByteReader): Promise<void> {
  let offset = 30;
  for (let index = 0; index < ASF_MOST_OBJECTS && offset + 24 <= bytes.size; index += 1) {
    const header = await bytes.at(offset, 24);
    const size = Number(header.readBigUInt64LE(16));
    if (header.toString('hex', 0, 16) === ASF_FILE_PROPERTIES) {
      const properties = await bytes.at(offset + 24, 80);
      const broadcast = properties.length >= 68 && properties.readUInt32LE(64) % 2 === 1;
      if (properties.length >= 68 && !broadcast) assertHolds(Number(properties.readBigUInt64LE(16)), bytes);
      return;
    }
    if (size < 24) return;
    offset += size;
  }
}

const FLV_TAG_HEADER = 11;

/**
 * FLV states no size, but its last four bytes repeat the length of the last tag. Where they do not, the tags are counted
 * through: some writers leave the field empty.
 */
async function checkFlv(bytes: ByteReader): Promise<void> {
  const trailer = await bytes.at(bytes.size - 4, 4);
  const lastTag = trailer.length === 4 ? trailer.readUInt32BE(0) : 0;
  const start = bytes.size - 4 - lastTag;
  if (lastTag >= FLV_TAG_HEADER && start > 0 && (await bytes.at(start + 1, 3)).readUIntBE(0, 3) + FLV_TAG_HEADER === lastTag) return;
  let offset = (await bytes.at(5, 4)).readUInt32BE(0) + 4;
  while (offset + FLV_TAG_HEADER <= bytes.size) {
    offset += FLV_TAG_HEADER + (await bytes.at(offset + 1, 3)).readUIntBE(0, 3);
    assertHolds(offset, bytes);
    offset += 4;
  }
}

const CHECKS: Readonly<Record<SourceContainer, Check>> = {
  mov: checkMov, matroska: checkMatroska, avi: checkAvi, asf: checkAsf, flv: checkFlv,
};

/**
 * What can be told from the outermost structure alone, before any demuxer sees the file: that it was cut off, and that it
 * points outside itself. Reads headers only.
 */
export async function checkStructure(path: string, container: SourceContainer): Promise<void> {
  const file = await open(path, 'r');
  try {
    await CHECKS[container](await ByteReader.open(file));
  } finally {
    await file.close();
  }
}
