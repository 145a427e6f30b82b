/* eslint-disable no-bitwise -- bytes are packed bits */
/** Just enough of each container's syntax to write files that no muxer would. */

export function box(type: string, ...payload: readonly Buffer[]): Buffer {
  const body = Buffer.concat(payload);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
}

export const FTYP = box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'));

/** An EBML element; the size field has eight bytes. */
export function ebml(id: string, ...payload: readonly Buffer[]): Buffer {
  const body = Buffer.concat(payload);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  size[0] = 1;
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

export const EBML_HEADER = ebml('1a45dfa3', ebml('4282', Buffer.from('matroska')));

/** The payload of the first box of this type, wherever it is, as a view that may be written to. */
export function payloadOf(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type, 0, 'latin1');
  if (at < 4) throw new Error(`No '${type}' box`);
  return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
}

/** Changes the file in place and returns it. */
export function patched(file: Buffer, change: (file: Buffer) => void): Buffer {
  const copy = Buffer.from(file);
  change(copy);
  return copy;
}

/** Numbers that look random and are the same in every run. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function noise(length: number, seed = 1): Buffer {
  const next = pseudoRandom(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
}

function chunk(type: string, ...payload: readonly Buffer[]): Buffer {
  const body = Buffer.concat(payload);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), size, body, Buffer.alloc(body.length % 2)]);
}

function u16le(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function u32le(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

/** An AVI whose one stream is a GAB2 subtitle: ffmpeg opens its text with whatever demuxer the text asks for. */
export function aviWithSubtitles(text: string): Buffer {
  const title = Buffer.from('x\0', 'utf16le');
  const body = Buffer.from(text);
  const gab2 = Buffer.concat([
    Buffer.from('GAB2\0', 'latin1'), u16le(2), u32le(title.length), title, u16le(4), u32le(body.length), body,
  ]);
  const streamHeader = Buffer.concat([Buffer.from('txts\0\0\0\0', 'latin1'), u32le(0, 0, 0, 1, 1, 0, 1, 0, 0xffffffff, 0, 0, 0)]);
  const headers = chunk('LIST', Buffer.from('hdrl'),
    chunk('avih', u32le(40000, 0, 0, 16, 1, 0, 1, 0, 224, 160, 0, 0, 0, 0)),
    chunk('LIST', Buffer.from('strl'), chunk('strh', streamHeader), chunk('strf', Buffer.alloc(40))));
  return chunk('RIFF', Buffer.from('AVI '), headers, chunk('LIST', Buffer.from('movi'), chunk('00tx', gab2)));
}

/** Walks the tags of an FLV file and lets their times be changed. */
export function withFlvTimes(file: Buffer, change: (milliseconds: number) => number): Buffer {
  const copy = Buffer.from(file);
  let at = 13;
  while (at + 11 <= copy.length) {
    const time = copy.readUIntBE(at + 4, 3);
    copy.writeUIntBE(Math.max(0, change(time)), at + 4, 3);
    at += 11 + copy.readUIntBE(at + 1, 3) + 4;
  }
  return copy;
}

/** Adds a box at the end of the first one that the path leads to; media must lie before the index, so that no offset moves. */
function withChild(file: Buffer, types: readonly string[], child: Buffer): Buffer {
  const copy = Buffer.from(file);
  let [at, end] = [0, 0];
  for (const type of types) {
    at = copy.indexOf(type, at, 'latin1') - 4;
    end = at + copy.readUInt32BE(at);
    copy.writeUInt32BE(copy.readUInt32BE(at) + child.length, at);
  }
  return Buffer.concat([copy.subarray(0, end), child, copy.subarray(end)]);
}

/** Dolby's own configuration record, in a file with HEVC. */
export function withDolbyVision(profile: number, compatibility: number): (file: Buffer) => Buffer {
  const [level, layers] = [1, 0b101];
  const record = Buffer.concat([Buffer.from([1, 0, profile << 1 | level >> 5, (level & 31) << 3 | layers, compatibility << 4]), Buffer.alloc(19)]);
  return file => withChild(file, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hvc1'], box(profile > 7 ? 'dvvC' : 'dvcC', record));
}
