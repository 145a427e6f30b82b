/** One entry of a listing under the key that it is ordered by. */
export interface Listed<T> {
  readonly key: string;
  readonly value: T;
}

export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  /** A common prefix that an earlier page ended with: its keys have been told. */
  readonly toldPrefix?: string;
}

export interface Page<T> {
  readonly entries: readonly Listed<T>[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** What the page ends with, when it is truncated. */
  readonly last?: { readonly entry: Listed<T> } | { readonly commonPrefix: string };
}

/** Cuts a page out of entries in key order, rolling up keys that share a part up to the delimiter. */
export function paginate<T>(listed: Iterable<Listed<T>>, request: PageRequest): Page<T> {
  const entries: Listed<T>[] = [];
  const commonPrefixes: string[] = [];
  let last: Page<T>['last'];
  for (const entry of listed) {
    if (!entry.key.startsWith(request.prefix)) break;
    const common = commonPrefix(entry.key, request);
    if (common !== undefined && (common === request.toldPrefix || common === commonPrefixes[commonPrefixes.length - 1])) continue;
    if (entries.length + commonPrefixes.length >= request.max) {
      return { entries, commonPrefixes, truncated: request.max > 0, last };
    }
    if (common === undefined) {
      entries.push(entry);
      last = { entry };
    } else {
      commonPrefixes.push(common);
      last = { commonPrefix: common };
    }
  }
  return { entries, commonPrefixes, truncated: false };
}

function commonPrefix(key: string, { prefix, delimiter }: PageRequest): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
