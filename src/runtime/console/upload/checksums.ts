import type { ChecksumAnswer, ChecksumQuestion } from './checksum-worker';

/** The file is no longer what was chosen. */
export class FileChangedError extends Error {}

/** Checksums of parts, computed in one worker for the whole page. */
class Checksums {
  private worker?: Worker;
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: ChecksumAnswer) => void>();

  async of(part: Blob): Promise<bigint> {
    const id = this.nextId++;
    const question: ChecksumQuestion = { id, part };
    const { checksum } = await new Promise<ChecksumAnswer>(resolve => {
      this.waiting.set(id, resolve);
      this.start().postMessage(question);
    });
    if (checksum === undefined) throw new FileChangedError();
    return checksum;
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    this.worker = new Worker(new URL('./checksum-worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<ChecksumAnswer>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    };
    return this.worker;
  }
}

export const checksums = new Checksums();
