import { createHash, randomUUID } from 'crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'fs';
import { copyFile, link, open, rename, rm, writeFile } from 'fs/promises';
import * as path from 'path';

/** A directory for bytes that are not yet part of anything; whatever a crash leaves in it is void. */
export class ScratchDirectory {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  /** Streams bytes into a new file and hands back its path; a failure leaves no file. */
  async receive(source: AsyncIterable<Uint8Array>): Promise<string> {
    const file = path.join(this.directory, randomUUID());
    const handle = await open(file, 'wx');
    try {
      for await (const chunk of source) await handle.writeFile(chunk);
      await handle.close();
      return file;
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(file, { force: true });
      throw error;
    }
  }

  /** Replaces a small JSON document so that a reader, or a restart, sees the old one or the new one and nothing between. */
  async writeJson(file: string, value: unknown): Promise<void> {
    const temporary = path.join(this.directory, randomUUID());
    await writeFile(temporary, JSON.stringify(value));
    await rename(temporary, file);
  }
}

/** Any key, however odd, becomes a plain name of fixed length. */
export function hashedName(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Gives a file a second name; copies where the file system has no links. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

export function readJsonSync<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} is not readable as JSON; delete the local state and start again: ${(error as Error).message}`);
  }
}

export function writeJsonSync(file: string, value: unknown): void {
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, file);
}
