export interface StoredFile {
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** What publishing a web page needs of its bucket. */
export interface SiteStore {
  put(file: StoredFile): Promise<void>;
  /** Undefined when there is no such object. */
  read(key: string): Promise<string | undefined>;
  list(prefix: string): Promise<string[]>;
  remove(keys: readonly string[]): Promise<void>;
  /** Every object with all its versions. */
  empty(): Promise<void>;
}
