/** Large files: in parts, several at a time, each with its checksum; a part that has arrived is never sent again. */
import { delayBefore, MOST_ATTEMPTS } from './backoff';
import { combineCrc64, fromBase64, toBase64 } from './crc64';
import type { PartsPlan, SendHooks } from './ticket';
import { TransferInterrupted } from './transfer-error';

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** CRC-64/NVME of the part, 8 bytes in base64. */
  readonly checksum: string;
}

export interface SignedPart {
  readonly partNumber: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What differs between a browser and Node.js. */
export interface PartsTransport {
  /** Calls a route of the API with a JSON body. */
  call<T>(route: 'listParts' | 'signParts' | 'completeUpload', videoId: string, body: object | undefined, signal: AbortSignal): Promise<T>;
  /** CRC-64/NVME. */
  checksum(part: Blob): Promise<bigint>;
  /** @throws TransferInterrupted, TransferRefused */
  put(part: Blob, signed: SignedPart, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void>;
  /** Resolves after so many milliseconds, or as soon as the network is back. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Browsers open six connections to a host over HTTP/1.1, which is what S3 speaks; two stay free for the page. */
const PARALLEL_PARTS = 4;

export class PartsUpload {
  private readonly done = new Map<number, bigint>();
  private readonly sent = new Map<number, number>();

  constructor(
    private readonly transport: PartsTransport,
    private readonly file: Blob,
    private readonly plan: PartsPlan,
    private readonly hooks: SendHooks,
  ) {}

  /** Sends what the storage does not have yet, and completes the upload. */
  async run(): Promise<void> {
    await this.takeStock();
    const missing = Array.from({ length: this.plan.partCount }, (_, index) => index + 1).filter(number => !this.done.has(number));
    const failed = new AbortController();
    const signal = AbortSignal.any([this.hooks.signal, failed.signal]);
    const work = async () => {
      for (let number = missing.shift(); number !== undefined; number = missing.shift()) await this.deliverPart(number, signal);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(PARALLEL_PARTS, missing.length) }, work));
    } catch (error) {
      // The others would go on sending for an attempt that is over.
      failed.abort(error);
      throw error;
    }
    await this.transport.call('completeUpload', this.plan.videoId, { checksum: toBase64(this.wholeChecksum()) }, this.hooks.signal);
  }

  /** The storage knows best which parts it has. */
  private async takeStock(): Promise<void> {
    const { parts } = await this.transport.call<{ parts: readonly StoredPart[] }>('listParts', this.plan.videoId, undefined, this.hooks.signal);
    for (const { partNumber, sizeBytes, checksum } of parts) {
      if (sizeBytes !== this.slice(partNumber).size) continue;
      this.done.set(partNumber, fromBase64(checksum));
      this.sent.set(partNumber, sizeBytes);
    }
    this.report();
  }

  /** A broken connection costs its own part and no other. Each attempt asks for a signature of its own: the last one may have expired. */
  private async deliverPart(partNumber: number, signal: AbortSignal): Promise<void> {
    const part = this.slice(partNumber);
    const checksum = await this.transport.checksum(part);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.sendPart(part, partNumber, checksum, signal);
        break;
      } catch (error) {
        this.note(partNumber, 0);
        if (signal.aborted || !(error instanceof TransferInterrupted) || attempt === MOST_ATTEMPTS) throw error;
        this.hooks.onInterrupted?.();
        await this.transport.pause(delayBefore(attempt), signal);
      }
    }
    this.note(partNumber, part.size);
    this.done.set(partNumber, checksum);
  }

  private async sendPart(part: Blob, partNumber: number, checksum: bigint, signal: AbortSignal): Promise<void> {
    const { parts: [signed] } = await this.transport.call<{ parts: readonly SignedPart[] }>('signParts', this.plan.videoId, {
      parts: [{ partNumber, sizeBytes: part.size, checksum: toBase64(checksum) }],
    }, signal);
    await this.transport.put(part, signed, signal, bytes => this.note(partNumber, Math.min(bytes, part.size)));
  }

  private wholeChecksum(): bigint {
    let whole = this.done.get(1)!;
    for (let number = 2; number <= this.plan.partCount; number += 1) {
      whole = combineCrc64(whole, this.done.get(number)!, this.slice(number).size);
    }
    return whole;
  }

  private slice(partNumber: number): Blob {
    const start = (partNumber - 1) * this.plan.partSize;
    return this.file.slice(start, Math.min(start + this.plan.partSize, this.file.size));
  }

  private note(partNumber: number, bytes: number): void {
    this.sent.set(partNumber, bytes);
    this.report();
  }

  private report(): void {
    this.hooks.onSent([...this.sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  }
}
