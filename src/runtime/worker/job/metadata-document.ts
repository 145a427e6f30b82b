/**
 * The self-describing document of a published video, `metadata/{videoId}.json`: enough to rebuild its catalog item.
 * What only the catalog counts (views, likes) starts anew.
 */
import * as v from 'valibot';
import { LadderProfileSpec } from '../../contract';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { SourceFacts } from '../../domain/source-facts';
import { SourceWarning } from '../../domain/source-warning';
import { PublishedMedia, Video, VideoStatus, Visibility } from '../../domain/video';

export const METADATA_SCHEMA_VERSION = 1;

/** Seconds each stage took. */
export type StageTimings = Readonly<Partial<Record<'download' | 'probe' | 'encode' | 'thumbnails' | 'upload', number>>>;

export interface MetadataDocument {
  readonly schemaVersion: typeof METADATA_SCHEMA_VERSION;
  readonly videoId: string;
  readonly ownerId: string;
  readonly title: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly visibility: Visibility;
  readonly createdAt: string;
  readonly publishedAt: string;
  readonly correlationId: string;
  readonly source: Omit<SourceFacts, 'warnings'> & { readonly sha256: string; readonly key: string; readonly versionId?: string };
  readonly profile: Pick<LadderProfileSpec, 'name' | 'version'>;
  readonly media: Omit<PublishedMedia, 'warnings'>;
  /** What the owner should know of the file: of its inspection, then of its decoding. */
  readonly warnings: readonly SourceWarning[];
  readonly timings: StageTimings;
  /** Versions of the tools that made it. */
  readonly tools: Readonly<Record<string, string>>;
}

export interface DocumentDependencies extends Pick<MetadataDocument, 'profile' | 'timings' | 'tools' | 'publishedAt'> {
  readonly video: Video;
  readonly source: MetadataDocument['source'] & Pick<SourceFacts, 'warnings'>;
  readonly media: PublishedMedia;
}

export function metadataDocument({ video, source: facts, media: published, ...parts }: DocumentDependencies): MetadataDocument {
  // The published list holds those of the source, too.
  const { warnings: _, ...source } = facts;
  const { warnings = [], ...media } = published;
  const { videoId, ownerId, title, fileName, contentType, visibility, createdAt, correlationId } = video;
  return {
    schemaVersion: METADATA_SCHEMA_VERSION,
    videoId,
    ownerId,
    title,
    fileName,
    contentType,
    visibility,
    createdAt,
    correlationId,
    ...parts,
    source,
    media,
    warnings,
  };
}

/** The catalog's video, as it was when the document was written. */
export function videoFromMetadata(document: MetadataDocument): Video {
  const { videoId, ownerId, title, fileName, contentType, visibility, createdAt, publishedAt, correlationId, source, media, warnings = [] } = document;
  return {
    videoId,
    ownerId,
    title,
    fileName,
    contentType,
    visibility,
    status: VideoStatus.READY,
    createdAt,
    updatedAt: publishedAt,
    correlationId,
    sizeBytes: source.sizeBytes,
    views: 0,
    likes: 0,
    published: { ...media, ...(warnings.length > 0 ? { warnings } : {}) },
  };
}

const text = v.string();
/** Shape of what the rebuild reads; the rest is carried as it is. */
const DOCUMENT = v.looseObject({
  schemaVersion: v.literal(METADATA_SCHEMA_VERSION),
  videoId: text,
  ownerId: text,
  title: text,
  fileName: text,
  contentType: text,
  visibility: v.picklist(['private', 'public']),
  createdAt: text,
  publishedAt: text,
  correlationId: text,
  source: v.looseObject({ sizeBytes: v.number(), sha256: text }),
  media: v.looseObject({
    epoch: v.number(), masterPlaylist: text, playlists: v.array(text), renditions: v.array(v.looseObject({ name: text })),
  }),
});

/** @throws PermanentError when the text is no document of a version this code knows. */
export function parseMetadataDocument(json: string): MetadataDocument {
  const parsed = v.safeParse(DOCUMENT, JSON.parse(json));
  if (!parsed.success) {
    throw new PermanentError(FailureCode.METADATA_UNREADABLE, `Not a metadata document of schema version ${METADATA_SCHEMA_VERSION}: `
      + v.summarize(parsed.issues));
  }
  return parsed.output as unknown as MetadataDocument;
}
