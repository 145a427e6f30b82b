import { FileHandle } from 'node:fs/promises';

/** Enough that a run of small headers costs one read, little enough that a jump over media wastes nothing. */
const WINDOW_BYTES = 8 * 1024;

/** Reads small pieces anywhere in a file; a piece beyond the end comes back short. */
export class ByteReader {
  static async open(file: FileHandle): Promise<ByteReader> {
    return new ByteReader(file, (await file.stat()).size);
  }

  private window = Buffer.alloc(0);
  private windowStart = 0;

  private constructor(private readonly file: FileHandle, readonly size: number) {}

  /** The bytes are a view that the next call may replace. */
  async at(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(offset + length, this.size);
    if (offset < this.windowStart || end > this.windowStart + this.window.length) {
      const window = Buffer.alloc(Math.max(length, WINDOW_BYTES));
      const { bytesRead, buffer } = await this.file.read(window, 0, window.length, offset);
      this.window = buffer.subarray(0, bytesRead);
      this.windowStart = offset;
    }
    return this.window.subarray(offset - this.windowStart, Math.max(0, end - this.windowStart));
  }
}
