/* eslint-disable no-bitwise -- cyclic redundancy codes are defined on bits. */
import * as zlib from 'zlib';

/** A running checksum; `digest` gives the bytes that S3 shows in base64. */
export interface RunningChecksum {
  update(data: Uint8Array): void;
  digest(): Buffer;
}

type Crc32Function = (data: Uint8Array, previous: number) => number;
/** Node has it from 20.15; the table below serves the 20.x before. */
const NATIVE_CRC32 = (zlib as { crc32?: Crc32Function }).crc32;

export function crc32(): RunningChecksum {
  return NATIVE_CRC32 ? new NativeCrc32(NATIVE_CRC32) : new TableCrc32(CRC32_TABLE());
}

export function crc32c(): RunningChecksum {
  return new TableCrc32(CRC32C_TABLE());
}

class NativeCrc32 implements RunningChecksum {
  private value = 0;

  constructor(private readonly compute: Crc32Function) {}

  update(data: Uint8Array): void {
    this.value = this.compute(data, this.value);
  }

  digest(): Buffer {
    return uint32(this.value);
  }
}

class TableCrc32 implements RunningChecksum {
  private value = 0xffffffff;

  constructor(private readonly table: Uint32Array) {}

  update(data: Uint8Array): void {
    let value = this.value;
    for (let i = 0; i < data.length; i++) value = this.table[(value ^ data[i]) & 0xff] ^ (value >>> 8);
    this.value = value;
  }

  digest(): Buffer {
    return uint32(this.value ^ 0xffffffff);
  }
}

/** Reflected CRC-64/NVME, kept as two 32-bit halves: BigInt arithmetic per byte would be a hundred times slower. */
export class Crc64Nvme implements RunningChecksum {
  private high = 0xffffffff;
  private low = 0xffffffff;

  update(data: Uint8Array): void {
    const { highs, lows } = CRC64_TABLE();
    let { high, low } = this;
    for (let i = 0; i < data.length; i++) {
      const index = (low ^ data[i]) & 0xff;
      low = lows[index] ^ ((low >>> 8) | (high << 24));
      high = highs[index] ^ (high >>> 8);
    }
    this.high = high;
    this.low = low;
  }

  digest(): Buffer {
    return Buffer.concat([uint32(this.high ^ 0xffffffff), uint32(this.low ^ 0xffffffff)]);
  }
}

const CRC32_TABLE = once(() => crc32Table(0xedb88320));
const CRC32C_TABLE = once(() => crc32Table(0x82f63b78));
const CRC64_TABLE = once(crc64Table);

function crc32Table(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

function crc64Table(): { highs: Uint32Array; lows: Uint32Array } {
  const polynomial = 0x9a6c9329ac4bc9b5n;
  const entries = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
  return {
    highs: Uint32Array.from(entries, entry => Number(entry >> 32n)),
    lows: Uint32Array.from(entries, entry => Number(entry & 0xffffffffn)),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function once<T>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
