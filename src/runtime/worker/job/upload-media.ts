import * as path from 'node:path';
import { ObjectStore } from '../../ports/object-store';
import { EncodedFile } from '../../ports/transcoder';

/** An epoch's objects never change: another encode has another folder. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Seconds, so that no new play of a deleted video starts from a cache. */
const PLAYLIST = 'public, max-age=10';
/** Side by side within a group: hides the latency of small files without holding many in memory. */
const PARALLEL = 3;

export interface UploadAll {
  readonly store: ObjectStore;
  /** One group is complete before the next, which may still be in the making, begins; the last group goes one by one, in order. */
  readonly groups: ReadonlyArray<readonly EncodedFile[] | Promise<readonly EncodedFile[]>>;
  readonly folder: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly retrying: <T>(step: () => Promise<T>) => Promise<T>;
  readonly onProgress: (percent: number) => void;
}

/** Uploads what the transcoder made, so that no object ever names one that is not there yet. */
export async function uploadAll(upload: UploadAll): Promise<void> {
  // What is still in the making is small beside the rest: a hundredth more or less.
  const total = upload.groups.flatMap(group => (group instanceof Promise ? [] : group)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sent = new Map<string, number>();
  const send = async ({ file, contentType }: EncodedFile) => {
    await upload.retrying(() => upload.store.uploadFile(`${upload.prefix}${file}`, path.join(upload.folder, file), {
      contentType,
      cacheControl: file.endsWith('.m3u8') ? PLAYLIST : IMMUTABLE,
      signal: upload.signal,
      onProgress: bytes => {
        sent.set(file, bytes);
        upload.onProgress(100 * [...sent.values()].reduce((sum, each) => sum + each, 0) / total);
      },
    }));
  };
  for (const [index, group] of upload.groups.entries()) {
    await inParallel(await group, index === upload.groups.length - 1 ? 1 : PARALLEL, send);
  }
}

/** After the first failure no further item starts, and the call ends only when those on their way have. */
async function inParallel<T>(items: readonly T[], lanes: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  let failed = false;
  const lane = async () => {
    for (let item = rest.shift(); item !== undefined && !failed; item = rest.shift()) {
      await run(item).catch(error => {
        failed = true;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failure = results.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failure) throw failure.reason;
}
