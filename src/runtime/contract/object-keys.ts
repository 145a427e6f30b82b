/** Where everything lies in the video bucket. Constructs use the prefixes for grants, lifecycle rules and event filters. */

/** Sources as uploaded: `uploads/{videoId}/source`, without extension, so that no name of a user's reaches a key. */
export const UPLOADS_PREFIX = 'uploads/';
/** What viewers read: `media/{videoId}/{epoch}/…`. */
export const MEDIA_PREFIX = 'media/';
/** One self-describing document a video, from which the catalog can be rebuilt. */
export const METADATA_PREFIX = 'metadata/';

/** The master playlist's name below an epoch's folder. */
export const MASTER_PLAYLIST = 'master.m3u8';

const VIDEO_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const VIDEO_ID_PATTERN = new RegExp(`^${VIDEO_ID}$`);
const SOURCE_KEY_PATTERN = new RegExp(`^${UPLOADS_PREFIX}(${VIDEO_ID})/source$`);

export function isVideoId(value: string): boolean {
  return VIDEO_ID_PATTERN.test(value);
}

export function sourceKey(videoId: string): string {
  return `${UPLOADS_PREFIX}${videoId}/source`;
}

/** The video that a source key belongs to, or undefined when the key is not one that the uploader hands out. */
export function videoIdOfSourceKey(key: string): string | undefined {
  return SOURCE_KEY_PATTERN.exec(key)?.[1];
}

/** Folder of one encode. The epoch is the lease's fencing token, so two workers never write the same object. */
export function mediaPrefix(videoId: string, epoch: number): string {
  return `${MEDIA_PREFIX}${videoId}/${epoch}/`;
}

/** An epoch's document before its media is published. Not beside the media: it names the owner, and viewers read what lies there. */
export function epochMetadataKey(videoId: string, epoch: number): string {
  return `${METADATA_PREFIX}${videoId}/${epoch}.json`;
}

export function metadataKey(videoId: string): string {
  return `${METADATA_PREFIX}${videoId}.json`;
}

/** Object metadata (`x-amz-meta-…`) that the upload form fixes. */
export const CORRELATION_ID_METADATA = 'correlation-id';
export const VIDEO_ID_METADATA = 'video-id';
