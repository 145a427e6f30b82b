import { combineCrc64, crc64, fromBase64, toBase64 } from '../../../src/runtime/upload-client/crc64';

const bytes = (text: string) => new TextEncoder().encode(text);
/** Reproducible noise. */
const noise = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) % 251);

describe('CRC-64/NVME', () => {
  it('has the check value of the catalogue of CRC algorithms', () => {
    expect(crc64(bytes('123456789'))).toBe(0xae8b14860a799888n);
  });

  it.each([[1, 1], [7, 993], [512, 488], [999, 1]])('combines pieces of %d and %d bytes as if they had been one', (first, second) => {
    const whole = noise(first + second);
    const combined = combineCrc64(crc64(whole.subarray(0, first)), crc64(whole.subarray(first)), second);
    expect(combined).toBe(crc64(whole));
  });

  it('is written as S3 writes it, and read back', () => {
    expect(toBase64(0x0102030405060708n)).toBe('AQIDBAUGBwg=');
    expect(fromBase64(toBase64(0xae8b14860a799888n))).toBe(0xae8b14860a799888n);
  });
});
