import { ObjectRecord } from './types';

/** The keys of one bucket in the order S3 lists them: by their UTF-8 bytes. */
export class ObjectIndex {
  private readonly records = new Map<string, ObjectRecord>();
  private sorted: string[] | undefined;

  get(key: string): ObjectRecord | undefined {
    return this.records.get(key);
  }

  set(record: ObjectRecord): void {
    if (!this.records.has(record.key)) this.sorted = undefined;
    this.records.set(record.key, record);
  }

  delete(key: string): void {
    if (this.records.delete(key)) this.sorted = undefined;
  }

  /** Records whose key is not below `key`, in order. */
  * from(key: string): Generator<ObjectRecord> {
    const keys = (this.sorted ??= [...this.records.keys()].sort(compareUtf8));
    for (let i = lowerBound(keys, key); i < keys.length; i++) {
      const record = this.records.get(keys[i]);
      if (record) yield record;
    }
  }
}

/** UTF-16 order, which JavaScript sorts by, differs from UTF-8 order above U+D7FF. */
export function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (compareUtf8(keys[middle], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
