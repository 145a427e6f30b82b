import { open } from 'node:fs/promises';
import { ByteReader } from './byte-reader';
import { checkMatroska } from './matroska-structure';
import { checkMov } from './mov-structure';
import { StructureFindings } from './structure-findings';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { SourceContainer } from '../../../domain/source-facts';

type Check = (bytes: ByteReader) => Promise<StructureFindings>;

const WHOLE: StructureFindings = {};

function assertHolds(promisedBytes: number, bytes: ByteReader): void {
  if (promisedBytes > bytes.size) {
    throw new RejectedError(RejectionCode.TRUNCATED, `The file promises ${promisedBytes} bytes, but ends after ${bytes.size}.`);
  }
}

/** Sizes of a stream that nobody came back to. */
const UNKNOWN_SIZES: ReadonlySet<number> = new Set([0, 0xffffffff]);
/** Some writers count the chunk's own header, too. */
const CHUNK_HEADER = 8;

/** RIFF chunks one after the other (OpenDML writes several). */
async function checkAvi(bytes: ByteReader): Promise<StructureFindings> {
  let offset = 0;
  while (offset + 12 <= bytes.size) {
    const header = await bytes.at(offset, 12);
    const size = header.readUInt32LE(4);
    if (header.toString('latin1', 0, 4) !== 'RIFF' || UNKNOWN_SIZES.has(size)) return WHOLE;
    assertHolds(offset + size, bytes);
    offset += CHUNK_HEADER + size + size % 2;
  }
  return WHOLE;
}

const ASF_FILE_PROPERTIES = 'a1dcab8c47a9cf118ee400c00c205365';
const ASF_MOST_OBJECTS = 256;

/** The header object's file properties state the size of the whole file, unless it is a broadcast. */
async function checkAsf(bytes: ByteReader): Promise<StructureFindings> {
  let offset = 30;
  for (let index = 0; index < ASF_MOST_OBJECTS && offset + 24 <= bytes.size; index += 1) {
    const header = await bytes.at(offset, 24);
    const size = Number(header.readBigUInt64LE(16));
    if (header.toString('hex', 0, 16) === ASF_FILE_PROPERTIES) {
      const properties = await bytes.at(offset + 24, 80);
      const broadcast = properties.length >= 68 && properties.readUInt32LE(64) % 2 === 1;
      if (properties.length >= 68 && !broadcast) assertHolds(Number(properties.readBigUInt64LE(16)), bytes);
      return WHOLE;
    }
    if (size < 24) return WHOLE;
    offset += size;
  }
  return WHOLE;
}

const FLV_TAG_HEADER = 11;

/**
 * FLV states no size, but its last four bytes repeat the length of the last tag. Where they do not, the tags are counted
 * through: some writers leave the field empty. A stream that breaks off is what a recorder leaves that lost its power.
 */
async function checkFlv(bytes: ByteReader): Promise<StructureFindings> {
  const trailer = await bytes.at(bytes.size - 4, 4);
  const lastTag = trailer.length === 4 ? trailer.readUInt32BE(0) : 0;
  const start = bytes.size - 4 - lastTag;
  if (lastTag >= FLV_TAG_HEADER && start > 0 && (await bytes.at(start + 1, 3)).readUIntBE(0, 3) + FLV_TAG_HEADER === lastTag) return WHOLE;
  let offset = (await bytes.at(5, 4)).readUInt32BE(0) + 4;
  while (offset + FLV_TAG_HEADER <= bytes.size) {
    offset += FLV_TAG_HEADER + (await bytes.at(offset + 1, 3)).readUIntBE(0, 3);
    if (offset > bytes.size) return { cut: true };
    offset += 4;
  }
  return WHOLE;
}

const CHECKS: Readonly<Record<SourceContainer, Check>> = {
  mov: checkMov,
  matroska: async bytes => checkMatroska(bytes).then(() => WHOLE),
  avi: checkAvi,
  asf: checkAsf,
  flv: checkFlv,
  // Streams and chains of packets without a size of the whole.
  mpegts: async () => WHOLE,
  mpeg: async () => WHOLE,
  mxf: async () => WHOLE,
};

/**
 * What can be told from the outermost structure alone, before any demuxer sees the file: that it was cut off, and that it
 * points outside itself. Reads headers only.
 */
export async function checkStructure(path: string, container: SourceContainer): Promise<StructureFindings> {
  const file = await open(path, 'r');
  try {
    return await CHECKS[container](await ByteReader.open(file));
  } finally {
    await file.close();
  }
}
