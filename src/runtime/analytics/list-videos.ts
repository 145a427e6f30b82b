import { decodeCursor, encodeCursor, invalidCursor } from './cursor';
import { summaryOf, VideoSummary } from './video-view';
import { InvalidPositionError } from '../domain/errors';
import { badRequest } from '../http/problem';
import { LibraryCatalog } from '../ports/library-catalog';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,3})?$/i;

export interface VideoListing {
  readonly videos: readonly VideoSummary[];
  /** Give it back as `cursor` for the next page; absent on the last. */
  readonly nextCursor?: string;
}

/** The caller's own videos, newest first. */
export async function listVideos(
  catalog: LibraryCatalog, userId: string, query: { readonly limit?: string; readonly cursor?: string },
): Promise<VideoListing> {
  const limit = readLimit(query.limit);
  const after = query.cursor === undefined ? undefined : decodeCursor(userId, query.cursor);
  const { items, next } = await catalog.listByOwner(userId, limit, after).catch((error: unknown) => {
    throw error instanceof InvalidPositionError ? invalidCursor() : error;
  });
  return { videos: items.map(summaryOf), nextCursor: next === undefined ? undefined : encodeCursor(userId, next) };
}

/** Any number is brought into range; what is no number, or too large to be one, is a mistake worth telling. */
function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!NUMBER.test(text) || !Number.isFinite(Number(text))) throw badRequest('QUERY_INVALID', `limit must be a number from 1 to ${MAX_LIMIT}.`);
  return Math.min(MAX_LIMIT, Math.max(1, Math.trunc(Number(text))));
}
