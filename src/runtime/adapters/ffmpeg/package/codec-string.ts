/* eslint-disable no-bitwise -- box fields are packed bits */
import { Box, childBoxes } from './mp4-boxes';

/** Bytes of a sample entry before its own boxes: video 78, audio 28. */
const ENTRY_HEADER: Readonly<Record<string, number>> = { avc1: 78, avc3: 78, hvc1: 78, hev1: 78, av01: 78, mp4a: 28 };

function hex(value: number, digits = 2): string {
  return value.toString(16).padStart(digits, '0');
}

/** RFC 6381 §3.3: profile, constraints and level, as the configuration record holds them. */
function avc(record: Buffer): string {
  return `avc1.${hex(record[1])}${hex(record[2])}${hex(record[3])}`.toLowerCase();
}

/** ISO/IEC 14496-15, annex E.3. */
function hevc(record: Buffer, entry: string): string {
  const space = ['', 'A', 'B', 'C'][record[1] >> 6];
  const tier = (record[1] >> 5) & 1 ? 'H' : 'L';
  let compatibility = 0;
  for (let bit = 0; bit < 32; bit += 1) compatibility = (compatibility | (((record.readUInt32BE(2) >>> bit) & 1) << (31 - bit))) >>> 0;
  const constraints = [...record.subarray(6, 12)];
  while (constraints.length > 0 && constraints[constraints.length - 1] === 0) constraints.pop();
  return [entry, `${space}${record[1] & 0x1f}`, compatibility.toString(16).toUpperCase(), `${tier}${record[12]}`,
    ...constraints.map(byte => byte.toString(16).toUpperCase())].join('.');
}

/** AV1 codec ISO media file format binding, §5. */
function av1(record: Buffer): string {
  const level = String(record[1] & 0x1f).padStart(2, '0');
  const tier = record[2] & 0x80 ? 'H' : 'M';
  const depth = record[2] & 0x40 ? (record[2] & 0x20 ? 12 : 10) : 8;
  return `av01.${record[1] >> 5}.${level}${tier}.${String(depth).padStart(2, '0')}`;
}

/** MPEG-4 descriptors: tag, length in groups of seven bits, body. Walks ES → DecoderConfig → DecoderSpecificInfo. */
function aac(esds: Buffer): string {
  let at = 4;
  const open = () => {
    const tag = esds[at];
    at += 1;
    while (esds[at] & 0x80) at += 1;
    at += 1;
    return tag;
  };
  if (open() !== 0x03) throw new RangeError('The audio has no elementary stream descriptor.');
  at += 3;
  if (open() !== 0x04) throw new RangeError('The audio has no decoder configuration.');
  const objectType = esds[at];
  at += 13;
  open();
  const profile = esds[at] >> 3;
  return `mp4a.${hex(objectType)}.${profile}`;
}

const BY_RECORD: Readonly<Record<string, (record: Buffer, entry: string) => string>> = { avcC: avc, hvcC: hevc, av1C: av1, esds: aac };

/** The CODECS value of a track, from the configuration record in its sample description. */
export function codecString(moov: Buffer, stsd: Box): string {
  const entries = stsd.offset + stsd.headerSize + 8;
  const [entry] = childBoxes(moov, entries, stsd.offset + stsd.size);
  const header = entry && ENTRY_HEADER[entry.type];
  if (!header) throw new RangeError(`Sample entry '${entry?.type}' is none that we write.`);
  for (const box of childBoxes(moov, entry.offset + entry.headerSize + header, entry.offset + entry.size)) {
    const read = BY_RECORD[box.type];
    if (read) return read(moov.subarray(box.offset + box.headerSize, box.offset + box.size), entry.type);
  }
  throw new RangeError(`Sample entry '${entry.type}' has no configuration record.`);
}
