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

/** Overwrites every occurrence of an ASCII text with another of the same length. */
export function replaceText(file: Buffer, from: string, to: string): Buffer {
  const patched = Buffer.from(file);
  for (let at = patched.indexOf(from, 0, 'latin1'); at >= 0; at = patched.indexOf(from, at + 1, 'latin1')) patched.write(to, at, 'latin1');
  return patched;
}

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
