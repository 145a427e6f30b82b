/** The one place that knows how a video lies in the catalog table; every catalog adapter reads and writes through it. */
import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr, marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { CATALOG_CREATED_KEY, CATALOG_OWNER_KEY, CATALOG_PARTITION_KEY, CATALOG_SORT_KEY } from '../../contract';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { Video, VideoStatus } from '../../domain/video';

export type Item = Record<string, AttributeValue>;

/** Sort key of the video itself, beside its likes and views in the same partition. */
const VIDEO_ITEM_SORT_KEY = 'VIDEO';

const REQUIRED_STRINGS = [
  'videoId', CATALOG_OWNER_KEY, 'title', 'fileName', 'contentType', 'visibility', 'status', CATALOG_CREATED_KEY, 'updatedAt', 'correlationId',
] as const;
const REQUIRED_NUMBERS = ['sizeBytes', 'views', 'likes'] as const;
const OPTIONAL_MAPS = ['multipart', 'progress', 'failure', 'published'] as const;
/** Attributes that are the video's; the lease's (owner, epoch…) lie beside them and are not read here. */
const VIDEO_ATTRIBUTES = [...REQUIRED_STRINGS, ...REQUIRED_NUMBERS, ...OPTIONAL_MAPS] satisfies ReadonlyArray<keyof Video>;

export function itemKey(partition: string, sort: string): Item {
  return { [CATALOG_PARTITION_KEY]: { S: partition }, [CATALOG_SORT_KEY]: { S: sort } };
}

export function videoPartition(videoId: string): string {
  return `VIDEO#${videoId}`;
}

/** Primary key of the video's item. */
export function videoItemKey(videoId: string): Item {
  return itemKey(videoPartition(videoId), VIDEO_ITEM_SORT_KEY);
}

/** The whole item, keys included. Undefined properties are left out. */
export function toVideoItem(video: Video): Item {
  return { ...videoItemKey(video.videoId), ...marshall(pickVideo(video), { removeUndefinedValues: true }) };
}

/** One attribute's value, for update expressions: a status, a progress map, published media. */
export function toAttribute(value: unknown): AttributeValue {
  return convertToAttr(value, { removeUndefinedValues: true });
}

/**
 * Reads an item back, and only the attributes that are the video's.
 *
 * @throws PermanentError when it is not a video item as {@link toVideoItem} writes them.
 */
export function fromVideoItem(item: Item): Video {
  const values = unmarshall(item);
  const broken = [
    ...REQUIRED_STRINGS.filter(name => typeof values[name] !== 'string'),
    ...REQUIRED_NUMBERS.filter(name => typeof values[name] !== 'number'),
    ...OPTIONAL_MAPS.filter(name => values[name] !== undefined && typeof values[name] !== 'object'),
  ];
  if (!(Object.values(VideoStatus) as unknown[]).includes(values.status)) broken.push('status');
  if (broken.length > 0) {
    throw new PermanentError(FailureCode.CATALOG_ITEM_CORRUPT,
      `The catalog item ${String(values[CATALOG_PARTITION_KEY])} is not a video: ${[...new Set(broken)].join(', ')} missing or of another type.`);
  }
  return pickVideo(values) as Video;
}

function pickVideo(source: object): Partial<Video> {
  const values = source as Record<string, unknown>;
  return Object.fromEntries(VIDEO_ATTRIBUTES.filter(name => values[name] !== undefined).map(name => [name, values[name]]));
}
