/** Pulls lines and runs of bytes out of a stream of buffers, holding no more than one buffer and one unfinished line. */
export class ByteReader {
  private buffered: Buffer = Buffer.alloc(0);
  private readonly source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF, or undefined when the stream ends first or the line is longer than `limit` bytes. */
  async line(limit: number): Promise<string | undefined> {
    for (;;) {
      const end = this.buffered.indexOf('\r\n');
      if (end >= 0 && end <= limit) return this.take(end + 2).subarray(0, end).toString('latin1');
      if (end > limit || this.buffered.length > limit || !await this.fill()) return undefined;
    }
  }

  /** At most `limit` bytes as they arrive; undefined at the end of the stream. */
  async some(limit: number): Promise<Buffer | undefined> {
    if (this.buffered.length === 0 && !await this.fill()) return undefined;
    return this.take(Math.min(limit, this.buffered.length));
  }

  private take(length: number): Buffer {
    const taken = this.buffered.subarray(0, length);
    this.buffered = this.buffered.subarray(length);
    return taken;
  }

  private async fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.source.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.buffered = this.buffered.length === 0 ? value : Buffer.concat([this.buffered, value]);
      return true;
    }
  }
}
