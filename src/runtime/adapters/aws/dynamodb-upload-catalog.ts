import { CatalogTable } from './dynamodb-table';
import { fromVideoItem, Item, itemKey, toAttribute, toVideoItem, videoItemKey } from './dynamodb-video-item';
import { statusChange } from './status-change';
import { CATALOG_EXPIRY_ATTRIBUTE, CATALOG_PARTITION_KEY } from '../../contract';
import { VideoExistsError } from '../../domain/errors';
import { Failure, TRANSITIONS, Video, VideoStatus } from '../../domain/video';
import { ClaimOutcome, IdempotencyKey, UploadCatalog } from '../../ports/upload-catalog';

const ABSENT = `attribute_not_exists(${CATALOG_PARTITION_KEY})`;

/**
 * The uploader's side of the catalog. Single conditional writes, no transactions: each is safe to repeat, because the SDK
 * repeats a write whose answer was lost.
 */
export class DynamoDbUploadCatalog implements UploadCatalog {
  constructor(private readonly table: CatalogTable, private readonly now: () => Date = () => new Date()) {}

  async create(video: Video, expiresAt: Date): Promise<void> {
    const item = { ...toVideoItem(video), [CATALOG_EXPIRY_ATTRIBUTE]: { N: epochSeconds(expiresAt) } };
    if (await this.table.put(item, { expression: ABSENT })) return;
    // Refused, but perhaps by our own first attempt: nobody else writes this correlation id at this millisecond.
    const existing = await this.get(video.videoId);
    if (existing?.correlationId === video.correlationId && existing.createdAt === video.createdAt) return;
    throw new VideoExistsError(`A video with the id ${video.videoId} exists already.`);
  }

  async get(videoId: string): Promise<Video | undefined> {
    const item = await this.table.get(videoItemKey(videoId));
    return item && fromVideoItem(item);
  }

  async claim(key: IdempotencyKey, videoId: string): Promise<ClaimOutcome> {
    const itemOfKey = itemKey(`UPLOAD#${key.ownerId}`, `KEY#${key.key}`);
    const record: Item = {
      ...itemOfKey,
      videoId: { S: videoId },
      fingerprint: { S: key.fingerprint },
      [CATALOG_EXPIRY_ATTRIBUTE]: { N: epochSeconds(key.expiresAt) },
    };
    // DynamoDB deletes expired items hours late, so expiry is part of the condition.
    const claimed = await this.table.put(record, {
      expression: `${ABSENT} OR #expiry < :now`,
      names: { '#expiry': CATALOG_EXPIRY_ATTRIBUTE },
      values: { ':now': { N: epochSeconds(this.now()) } },
    });
    if (claimed) return { kind: 'claimed' };

    const existing = await this.table.get(itemOfKey);
    // Gone in between: it expired. The next attempt claims it.
    if (!existing) return this.claim(key, videoId);
    if (existing.videoId?.S === videoId) return { kind: 'claimed' };
    if (existing.fingerprint?.S !== key.fingerprint) return { kind: 'conflict' };
    return { kind: 'replay', videoId: existing.videoId!.S! };
  }

  async markQueued(videoId: string, sizeBytes: number): Promise<Video | undefined> {
    const { condition, values } = statusChange(TRANSITIONS.queue);
    const item = await this.table.update(videoItemKey(videoId), {
      expression: 'SET #status = :to, #size = :size, #updated = :now REMOVE #expiry',
      condition,
      names: { '#status': 'status', '#size': 'sizeBytes', '#updated': 'updatedAt', '#expiry': CATALOG_EXPIRY_ATTRIBUTE },
      values: {
        ...values,
        ':size': { N: String(sizeBytes) },
        ':now': { S: this.now().toISOString() },
      },
    }, 'ALL_NEW');
    return item && fromVideoItem(item);
  }

  async refuse(videoId: string, failure: Failure): Promise<boolean> {
    const { condition, values } = statusChange(TRANSITIONS.refuse);
    return await this.table.update(videoItemKey(videoId), {
      // A refused upload is shown like any other refused video, so it does not expire.
      expression: 'SET #status = :to, #failure = :failure, #updated = :now REMOVE #expiry',
      condition,
      names: { '#status': 'status', '#failure': 'failure', '#updated': 'updatedAt', '#expiry': CATALOG_EXPIRY_ATTRIBUTE },
      values: { ...values, ':failure': toAttribute(failure), ':now': { S: this.now().toISOString() } },
    }) !== undefined;
  }

  /** The item keeps its expiry and goes with it; until then no late source can start a job. */
  async abort(videoId: string): Promise<boolean> {
    const { condition, values } = statusChange(TRANSITIONS.abort);
    const changed = await this.table.update(videoItemKey(videoId), {
      expression: 'SET #status = :to, #updated = :now',
      condition,
      names: { '#status': 'status', '#updated': 'updatedAt' },
      values: { ...values, ':now': { S: this.now().toISOString() } },
    });
    return changed !== undefined || (await this.get(videoId))?.status === VideoStatus.DELETED;
  }
}

function epochSeconds(date: Date): string {
  return String(Math.floor(date.getTime() / 1000));
}
