import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** One object of the site. */
export interface SiteFile {
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** Vite names what is below it by a hash of the content. */
export const HASHED_PREFIX = 'assets/';
export const CONFIG_KEY = 'config.json';
/** A year, the longest that RFC 9111 caches are expected to honour. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Kept, but never shown without asking: a new version shows on the next load. */
const REVALIDATED = 'no-cache';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** @throws for a file of a type that no browser would be told about */
export function describe(key: string, body: Uint8Array | string): SiteFile {
  const contentType = CONTENT_TYPES[path.extname(key)];
  if (contentType === undefined) throw new Error(`${key}: no content type is known for '${path.extname(key)}'`);
  return { key, body, contentType, cacheControl: key.startsWith(HASHED_PREFIX) ? IMMUTABLE : REVALIDATED };
}

/** Every file below a folder; keys use slashes. */
export async function readSite(folder: string): Promise<SiteFile[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter(entry => entry.isFile()).map(async entry => {
    const file = path.join(entry.parentPath, entry.name);
    return describe(path.relative(folder, file).split(path.sep).join('/'), await fs.readFile(file));
  }));
}
