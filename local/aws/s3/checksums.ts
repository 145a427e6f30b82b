import { createHash } from 'crypto';
import { crc32, crc32c, Crc64Nvme, RunningChecksum } from './crc';
import { CHECKSUM_ALGORITHMS, ChecksumAlgorithm } from './types';

export function createChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  return FACTORIES[algorithm]();
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The algorithm that a header or trailer name stands for. */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find(algorithm => checksumHeader(algorithm) === name.toLowerCase());
}

export function parseAlgorithm(value: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find(algorithm => algorithm === value.toUpperCase());
}

const FACTORIES: Record<ChecksumAlgorithm, () => RunningChecksum> = {
  CRC32: crc32,
  CRC32C: crc32c,
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
};
