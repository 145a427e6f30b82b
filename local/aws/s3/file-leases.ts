import { rm } from 'fs/promises';

/** Lets readers finish with a file that has lost its object: it is removed once nobody holds it. */
export class FileLeases {
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Set<string>();

  /** Holds the files until the returned function is called. */
  hold(files: readonly string[]): () => Promise<void> {
    for (const file of files) this.readers.set(file, (this.readers.get(file) ?? 0) + 1);
    let held = true;
    return async () => {
      if (!held) return;
      held = false;
      await Promise.all(files.map(file => this.release(file)));
    };
  }

  async remove(files: readonly string[]): Promise<void> {
    await Promise.all(files.map(async file => {
      if (this.readers.has(file)) this.doomed.add(file);
      else await rm(file, { force: true });
    }));
  }

  private async release(file: string): Promise<void> {
    const left = (this.readers.get(file) ?? 1) - 1;
    if (left > 0) {
      this.readers.set(file, left);
      return;
    }
    this.readers.delete(file);
    if (this.doomed.delete(file)) await rm(file, { force: true });
  }
}
