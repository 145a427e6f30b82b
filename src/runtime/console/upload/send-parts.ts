/** Large files: in parts, several at a time, each with its checksum; a part that has arrived is never sent again. */
import { checksums } from './checksums';
import { combineCrc64, fromBase64, toBase64 } from './crc64';
import { send, SendHooks } from './send-form';
import type { Api } from '../data/api';

export interface MultipartTicket {
  readonly videoId: string;
  /** Bytes; the last part may be smaller. */
  readonly partSize: number;
  readonly partCount: number;
}

interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly checksum: string;
}

interface SignedPart {
  readonly partNumber: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Browsers open six connections to a host over HTTP/1.1, which is what S3 speaks; two stay free for the page. */
const PARALLEL_PARTS = 4;

/** Headers that a browser sets by itself and lets no script set. */
const FORBIDDEN = /^(host|content-length)$/i;

export class PartsUpload {
  private readonly done = new Map<number, bigint>();
  private readonly sent = new Map<number, number>();

  constructor(
    private readonly api: Api,
    private readonly file: File,
    private readonly ticket: MultipartTicket,
    private readonly hooks: SendHooks,
  ) {}

  /** Sends what the storage does not have yet, and completes the upload. */
  async run(): Promise<void> {
    await this.takeStock();
    const missing = Array.from({ length: this.ticket.partCount }, (_, index) => index + 1).filter(number => !this.done.has(number));
    const failed = new AbortController();
    const signal = AbortSignal.any([this.hooks.signal, failed.signal]);
    const work = async () => {
      for (let number = missing.shift(); number !== undefined; number = missing.shift()) await this.sendPart(number, signal);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(PARALLEL_PARTS, missing.length) }, work));
    } catch (error) {
      // The others would go on sending for an attempt that is over.
      failed.abort(error);
      throw error;
    }
    await this.call('POST', '/complete', { checksum: toBase64(this.wholeChecksum()) });
  }

  /** The storage knows best which parts it has. */
  private async takeStock(): Promise<void> {
    const { parts } = await this.call<{ parts: readonly StoredPart[] }>('GET', '/parts');
    for (const { partNumber, sizeBytes, checksum } of parts) {
      if (sizeBytes !== this.slice(partNumber).size) continue;
      this.done.set(partNumber, fromBase64(checksum));
      this.sent.set(partNumber, sizeBytes);
    }
    this.report();
  }

  private async sendPart(partNumber: number, signal: AbortSignal): Promise<void> {
    const part = this.slice(partNumber);
    const checksum = await checksums.of(part);
    const { parts: [signed] } = await this.call<{ parts: readonly SignedPart[] }>('POST', '/parts', {
      parts: [{ partNumber, sizeBytes: part.size, checksum: toBase64(checksum) }],
    });
    const headers = Object.fromEntries(Object.entries(signed.headers ?? {}).filter(([name]) => !FORBIDDEN.test(name)));
    const onSent = (bytes: number) => {
      this.sent.set(partNumber, Math.min(bytes, part.size));
      this.report();
    };
    try {
      await send('PUT', signed.url, part, signal, onSent, headers);
    } catch (error) {
      onSent(0);
      throw error;
    }
    onSent(part.size);
    this.done.set(partNumber, checksum);
  }

  private wholeChecksum(): bigint {
    let whole = 0n;
    for (let number = 1; number <= this.ticket.partCount; number += 1) {
      const checksum = this.done.get(number)!;
      whole = number === 1 ? checksum : combineCrc64(whole, checksum, this.slice(number).size);
    }
    return whole;
  }

  private slice(partNumber: number): Blob {
    const start = (partNumber - 1) * this.ticket.partSize;
    return this.file.slice(start, Math.min(start + this.ticket.partSize, this.file.size));
  }

  private report(): void {
    this.hooks.onSent([...this.sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  }

  private call<T>(method: string, step: string, body?: object): Promise<T> {
    return this.api.request(method, `/api/uploader/upload/${this.ticket.videoId}${step}`, { body, signal: this.hooks.signal });
  }
}
