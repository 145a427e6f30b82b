import { createReadStream } from 'node:fs';
import { pipeline, Readable, Transform } from 'node:stream';
import { chunkCollector } from './chunk-collector';

/** Few reads of a file, yet small next to a worker's memory. */
const CHUNK_BYTES = 256 * 1024;

/**
 * A file (or a part of it) as a stream that counts what leaves it. A `data` listener on the file stream itself would start it
 * flowing before the SDK has taken hold of it, and lose its first bytes.
 */
export function meteredFile(
  file: string, range: { readonly start?: number; readonly end?: number }, onProgress?: (bytes: number) => void,
): Readable {
  const collect = chunkCollector();
  let bytes = 0;
  const meter = new Transform({
    highWaterMark: CHUNK_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      collect(bytes);
      onProgress?.(bytes);
      done(null, chunk);
    },
  });
  // An error of either reaches the other: the SDK sees a broken file, and the file is closed when the SDK gives up.
  pipeline(createReadStream(file, { ...range, highWaterMark: CHUNK_BYTES }), meter, () => undefined);
  return meter;
}
