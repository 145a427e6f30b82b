import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import * as path from 'node:path';
import { SCRATCH_MARGIN_BYTES } from '../../contract';
import { PermanentError, TransientError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';

/** Each job's folder lies below this one, so that a sweep takes jobs and nothing else. */
const JOBS = 'jobs';
const REMOVE_AGAIN_MS = 1_000;

export type FreeBytes = (folder: string) => Promise<number>;

/** The task's scratch disk, shared by its jobs: nothing starts that has no room to finish. */
export class ScratchSpace {
  private readonly jobs: string;
  private reserved = 0;

  constructor(root: string, private readonly capacity: number, private readonly freeBytes: FreeBytes = freeBytesOf) {
    this.jobs = path.join(root, JOBS);
  }

  /** Makes the folder and clears what a killed worker left in it. */
  async prepare(): Promise<void> {
    await mkdir(this.jobs, { recursive: true });
    for (const leftover of await readdir(this.jobs)) await rm(path.join(this.jobs, leftover), { recursive: true, force: true });
  }

  async open(): Promise<ScratchFolder> {
    await mkdir(this.jobs, { recursive: true });
    return new ScratchFolder(this, await mkdtemp(path.join(this.jobs, 'job-')));
  }

  /**
   * @throws PermanentError when it would not fit even with the disk to itself
   * @throws TransientError when it does not fit now
   */
  async reserve(bytes: number, alreadyOwn: number): Promise<void> {
    if (alreadyOwn + bytes + SCRATCH_MARGIN_BYTES > this.capacity) {
      throw new PermanentError(FailureCode.SCRATCH_TOO_SMALL, `The job needs ${alreadyOwn + bytes + SCRATCH_MARGIN_BYTES} bytes of scratch, the task has `
        + `${this.capacity}; raise its ephemeral storage.`);
    }
    const free = Math.min(this.capacity - this.reserved, await this.freeBytes(this.jobs));
    if (bytes + SCRATCH_MARGIN_BYTES > free) {
      throw new TransientError(FailureCode.SCRATCH_FULL, `The job needs ${bytes + SCRATCH_MARGIN_BYTES} more bytes of scratch, ${Math.max(0, free)} are free.`);
    }
    this.reserved += bytes;
  }

  free(bytes: number): void {
    this.reserved -= bytes;
  }
}

/** One job's folder, and the bytes it may fill. */
export class ScratchFolder {
  private reserved = 0;

  constructor(private readonly space: ScratchSpace, readonly root: string) {}

  get source(): string {
    return path.join(this.root, 'source');
  }

  get output(): string {
    return path.join(this.root, 'output');
  }

  async reserve(bytes: number): Promise<void> {
    await this.space.reserve(bytes, this.reserved);
    this.reserved += bytes;
  }

  /**
   * Removes the folder, whatever happened in it. Never throws: how the job ended must not be lost over it. While the folder cannot
   * be removed (a file system that turned read-only), its bytes stay reserved and the removal is tried again.
   */
  async close(): Promise<void> {
    try {
      await rm(this.root, { recursive: true, force: true, maxRetries: 3 });
      this.space.free(this.reserved);
      this.reserved = 0;
    } catch {
      setTimeout(() => void this.close(), REMOVE_AGAIN_MS).unref();
    }
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
