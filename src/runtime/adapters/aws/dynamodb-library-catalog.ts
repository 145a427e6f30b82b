import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { OnceCounter } from './dynamodb-once-counter';
import { CatalogTable, QueryPage } from './dynamodb-table';
import { fromVideoItem, Item, videoItemKey } from './dynamodb-video-item';
import { CATALOG_CREATED_KEY, CATALOG_OWNER_INDEX, CATALOG_OWNER_KEY, isVideoId } from '../../contract';
import { InvalidPositionError } from '../../domain/errors';
import { Video, VideoStatus } from '../../domain/video';
import { LibraryCatalog, OwnerStats, Page, Tally } from '../../ports/library-catalog';

/** Players report a view again within minutes if at all; a month keeps markers from piling up. */
const VIEW_MARKER_SECONDS = 30 * 24 * 3600;

const OWNED_AND_ALIVE = {
  IndexName: CATALOG_OWNER_INDEX,
  KeyConditionExpression: '#owner = :owner',
  FilterExpression: '#status <> :deleted',
};
const NAMES = { '#owner': CATALOG_OWNER_KEY, '#status': 'status' };

/** The library's side of the catalog. Listings page through the owner's index, which may lag a moment behind the table. */
export class DynamoDbLibraryCatalog implements LibraryCatalog {
  private readonly views: OnceCounter;
  private readonly likes: OnceCounter;

  constructor(private readonly table: CatalogTable, now: () => Date = () => new Date()) {
    this.views = new OnceCounter(table, { attribute: 'views', markerPrefix: 'VIEW#', markerSeconds: VIEW_MARKER_SECONDS, now });
    this.likes = new OnceCounter(table, { attribute: 'likes', markerPrefix: 'LIKE#', now });
  }

  async get(videoId: string): Promise<Video | undefined> {
    const item = await this.table.get(videoItemKey(videoId));
    return item && fromVideoItem(item);
  }

  async listByOwner(ownerId: string, limit: number, after?: string): Promise<Page<Video>> {
    const found: Video[] = [];
    let startKey = after === undefined ? undefined : startKeyOf(ownerId, after);
    // One more than asked for tells whether there is a next page; the filter may leave any page short.
    do {
      const page = await this.table.query({
        ...OWNED_AND_ALIVE,
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: valuesFor(ownerId),
        ScanIndexForward: false,
        Limit: limit + 1 - found.length,
        ExclusiveStartKey: startKey,
      });
      found.push(...page.items.map(fromVideoItem));
      startKey = page.lastKey;
    } while (found.length <= limit && startKey);
    const items = found.slice(0, limit);
    return found.length > limit ? { items, next: positionOf(items[limit - 1]) } : { items };
  }

  /** Reads the owner's whole index, page by page: its cost grows with the owner's library, not with the platform. */
  async statsOf(ownerId: string): Promise<OwnerStats> {
    const totals = { videos: 0, views: 0, likes: 0, sizeBytes: 0, durationSeconds: 0 };
    const byStatus: Record<string, number> = {};
    for await (const item of this.eachOf(ownerId)) {
      const { status, views = 0, likes = 0, sizeBytes = 0, published } = unmarshall(item) as Partial<Video>;
      byStatus[String(status)] = (byStatus[String(status)] ?? 0) + 1;
      totals.videos += 1;
      totals.views += views;
      totals.likes += likes;
      totals.sizeBytes += sizeBytes;
      totals.durationSeconds += published?.durationSeconds ?? 0;
    }
    return { ...totals, byStatus };
  }

  recordView(videoId: string, eventId: string): Promise<Tally | undefined> {
    return this.views.count(videoId, eventId);
  }

  recordLike(videoId: string, userId: string): Promise<Tally | undefined> {
    return this.likes.count(videoId, userId);
  }

  private async *eachOf(ownerId: string): AsyncGenerator<Item> {
    let startKey: Item | undefined;
    do {
      const page: QueryPage = await this.table.query({
        ...OWNED_AND_ALIVE,
        ProjectionExpression: '#status, #views, likes, sizeBytes, published.durationSeconds',
        ExpressionAttributeNames: { ...NAMES, '#views': 'views' },
        ExpressionAttributeValues: valuesFor(ownerId),
        ExclusiveStartKey: startKey,
      });
      yield* page.items;
      startKey = page.lastKey;
    } while (startKey);
  }
}

function valuesFor(ownerId: string): Record<string, AttributeValue> {
  return { ':owner': { S: ownerId }, ':deleted': { S: VideoStatus.DELETED } };
}

/** A position names the last video shown; its owner is never taken from it, so a forged one stays within the caller's own list. */
function positionOf(video: Video): string {
  return `${video.createdAt}/${video.videoId}`;
}

function startKeyOf(ownerId: string, position: string): Item {
  const [, createdAt, videoId] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/(.+)$/.exec(position) ?? [];
  if (!createdAt || !isVideoId(videoId)) throw new InvalidPositionError('The position is not one that a listing returned.');
  return { ...videoItemKey(videoId), [CATALOG_OWNER_KEY]: { S: ownerId }, [CATALOG_CREATED_KEY]: { S: createdAt } };
}
