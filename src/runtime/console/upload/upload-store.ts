/** What a reload must not lose: which files were on their way. The bytes stay with the user. */
import { createStore, del, entries, set } from 'idb-keyval';

export interface RememberedUpload {
  /** Also the Idempotency-Key, so that the same video is found again. */
  readonly key: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly lastModified: number;
  readonly title: string;
  readonly videoId?: string;
  readonly percent: number;
  readonly savedAt: number;
}

/** The API remembers an Idempotency-Key for as long. */
const KEPT_MS = 24 * 3600_000;
const store = createStore('console', 'uploads');

/** Storage may be full or forbidden: then a reload forgets, and nothing else suffers. */
const quietly = (work: Promise<unknown>): void => { work.catch(() => undefined); };

export const remember = (upload: RememberedUpload): void => quietly(set(upload.key, upload, store));
export const forget = (key: string): void => quietly(del(key, store));

export async function recall(now = Date.now()): Promise<RememberedUpload[]> {
  const all = await entries<string, RememberedUpload>(store).catch(() => []);
  all.filter(([, { savedAt }]) => now - savedAt > KEPT_MS).forEach(([key]) => forget(key));
  return all.map(([, upload]) => upload).filter(({ savedAt }) => now - savedAt <= KEPT_MS).sort((a, b) => a.savedAt - b.savedAt);
}

/** Is this the file that an upload waits for? */
export function isSameFile({ fileName, sizeBytes, lastModified }: RememberedUpload, file: File): boolean {
  return file.name === fileName && file.size === sizeBytes && file.lastModified === lastModified;
}
