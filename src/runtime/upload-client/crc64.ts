/* eslint-disable no-bitwise -- cyclic redundancy codes are defined on bits. */
/** CRC-64/NVME, the checksum that S3 keeps of a whole object however it was cut into parts. */

/** Reflected polynomial 0xad93d23594c93659, in halves: 64-bit numbers would be many times slower than two of 32. */
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;
const POLYNOMIAL = (BigInt(POLYNOMIAL_HIGH) << 32n) | BigInt(POLYNOMIAL_LOW);

const HIGH = new Uint32Array(256);
const LOW = new Uint32Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) [high, low] = [high ^ POLYNOMIAL_HIGH, low ^ POLYNOMIAL_LOW];
  }
  HIGH[byte] = high;
  LOW[byte] = low;
}

export function crc64(bytes: Uint8Array): bigint {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) {
    const index = (low ^ bytes[at]) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[index];
    high = (high >>> 8) ^ HIGH[index];
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

/** The checksum of two pieces, one after the other, from those of each: as zlib's crc32_combine does it. */
export function combineCrc64(first: bigint, second: bigint, secondLength: number): bigint {
  // What one zero bit does to a checksum, as a matrix over GF(2); squared, what twice as many do.
  let zeros = Array.from({ length: 64 }, (_, bit) => bit === 0 ? POLYNOMIAL : 1n << BigInt(bit - 1));
  let shifted = first;
  for (let bits = BigInt(secondLength) * 8n; bits > 0n; bits >>= 1n) {
    if (bits & 1n) shifted = times(zeros, shifted);
    zeros = zeros.map(column => times(zeros, column));
  }
  return shifted ^ second;
}

function times(matrix: readonly bigint[], vector: bigint): bigint {
  let sum = 0n;
  for (let bit = 0; vector > 0n; bit += 1, vector >>= 1n) if (vector & 1n) sum ^= matrix[bit];
  return sum;
}

/** Eight bytes, the most significant first, in base64: as S3's headers have it. */
export function toBase64(checksum: bigint): string {
  const bytes = Array.from({ length: 8 }, (_, index) => Number((checksum >> BigInt(56 - 8 * index)) & 0xffn));
  return btoa(String.fromCharCode(...bytes));
}

export function fromBase64(text: string): bigint {
  return [...atob(text)].reduce((sum, character) => (sum << 8n) | BigInt(character.charCodeAt(0)), 0n);
}
