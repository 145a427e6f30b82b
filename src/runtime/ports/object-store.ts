/** The video bucket, as the processor needs it. Bodies go to and from files: nothing whole in memory. */

export interface ObjectVersion {
  readonly key: string;
  readonly versionId?: string;
}

export interface ObjectFacts {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly versionId?: string;
  /** User metadata, lower-case names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TransferOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes transferred so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface WriteOptions extends TransferOptions {
  readonly contentType: string;
  readonly cacheControl?: string;
}

export interface ObjectStore {
  /** Undefined when there is no such object or version. */
  head(object: ObjectVersion): Promise<ObjectFacts | undefined>;
  /**
   * Downloads exactly what `facts` described into a file, and returns its SHA-256 (hex).
   * A source replaced meanwhile, or one that ends early, throws a TransientError and leaves no file.
   */
  download(object: ObjectVersion, facts: ObjectFacts, file: string, options?: TransferOptions): Promise<{ readonly sha256: string }>;
  uploadFile(key: string, file: string, options: WriteOptions): Promise<void>;
  put(key: string, body: string | Uint8Array, options: WriteOptions): Promise<void>;
  copy(fromKey: string, toKey: string): Promise<void>;
}
