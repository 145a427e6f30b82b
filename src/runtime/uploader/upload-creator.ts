import { CORRELATION_ID_METADATA, METRIC, MULTIPART_THRESHOLD_BYTES, partSizeFor, sourceKey, VIDEO_ID_METADATA } from '../contract';
import { fingerprintOf, UploadRequest } from './upload-request';
import { VideoExistsError } from '../domain/errors';
import { Video, VideoStatus } from '../domain/video';
import { conflict } from '../http/problem';
import { Clock } from '../ports/clock';
import { SourceUploads } from '../ports/source-uploads';
import { Metrics } from '../ports/telemetry';
import { UploadCatalog } from '../ports/upload-catalog';
import { UploadForm, UploadSigner } from '../ports/upload-signer';

/**
 * An upload whose source has not arrived by then is forgotten: DynamoDB deletes its item, within days (DynamoDB developer guide, "Time to
 * Live"). A form is valid for minutes, and the slowest upload that S3 accepts ends within a day.
 */
const ABANDONED_AFTER_HOURS = 48;
/** How long a caller may repeat a request under its key: longer than any client retries. */
const IDEMPOTENCY_HOURS = 24;

export interface CreateUploadOptions {
  readonly catalog: UploadCatalog;
  readonly signer: UploadSigner;
  readonly uploads: Pick<SourceUploads, 'begin'>;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, 'now'>;
  readonly newVideoId: () => string;
  /** How long a form is valid. */
  readonly expirySeconds: number;
}

export interface UploadCaller {
  readonly ownerId: string;
  readonly correlationId: string;
  readonly idempotencyKey?: string;
}

export interface CreatedUpload {
  readonly video: Video;
  /** For a source that goes up at once; a larger one goes up in the parts of `video.multipart`. */
  readonly form?: UploadForm;
}

/** Creates the catalog's record of a video and a way for its bytes, a form or an upload in parts, straight to the bucket. */
export class UploadCreator {
  constructor(private readonly options: CreateUploadOptions) {}

  async create(request: UploadRequest, caller: UploadCaller): Promise<CreatedUpload> {
    const videoId = await this.chooseId(request, caller);
    const video = await this.findOrCreate(this.newVideo(videoId, request, caller), caller);
    return { video, form: video.multipart ? undefined : await this.signForm(video) };
  }

  /** A repeated request gets the id of the first one. */
  private async chooseId(request: UploadRequest, { ownerId, idempotencyKey }: UploadCaller): Promise<string> {
    const { catalog, clock, newVideoId } = this.options;
    const videoId = newVideoId();
    if (idempotencyKey === undefined) return videoId;
    const expiresAt = new Date(clock.now().getTime() + IDEMPOTENCY_HOURS * 3600_000);
    const outcome = await catalog.claim({ ownerId, key: idempotencyKey, fingerprint: fingerprintOf(request), expiresAt }, videoId);
    if (outcome.kind === 'conflict') {
      throw conflict('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with other parameters; use a new one.');
    }
    return outcome.kind === 'replay' ? outcome.videoId : videoId;
  }

  /**
   * The request that claimed the key may have died before it created the video, or may be creating it at this moment: so every holder of
   * the id tries, and the second takes what the first one wrote.
   */
  private async findOrCreate(video: Video, caller: UploadCaller): Promise<Video> {
    const existing = caller.idempotencyKey === undefined ? undefined : await this.options.catalog.get(video.videoId);
    const found = existing ?? await this.createOrRead(await this.begin(video));
    if (found.status === VideoStatus.DELETED) throw conflict('VIDEO_DELETED', 'The video of this Idempotency-Key was deleted; use a new key.');
    return found;
  }

  /** Before the catalog knows of it: of two that create the same video, one leaves an empty upload behind, which the bucket sweeps away. */
  private async begin(video: Video): Promise<Video> {
    const { videoId, contentType, sizeBytes } = video;
    if (sizeBytes <= MULTIPART_THRESHOLD_BYTES) return video;
    const uploadId = await this.options.uploads.begin({ key: sourceKey(videoId), contentType, metadata: metadataOf(video) });
    return { ...video, multipart: { uploadId, partSize: partSizeFor(sizeBytes) } };
  }

  private async createOrRead(video: Video): Promise<Video> {
    const { catalog, clock, metrics } = this.options;
    try {
      await catalog.create(video, new Date(clock.now().getTime() + ABANDONED_AFTER_HOURS * 3600_000));
      metrics.add(METRIC.UPLOADS_CREATED, 1);
      return video;
    } catch (error) {
      const existing = error instanceof VideoExistsError ? await catalog.get(video.videoId) : undefined;
      if (existing?.ownerId === video.ownerId) return existing;
      throw error;
    }
  }

  private newVideo(videoId: string, request: UploadRequest, { ownerId, correlationId }: UploadCaller): Video {
    const now = this.options.clock.now().toISOString();
    return {
      videoId,
      ownerId,
      ...request,
      status: VideoStatus.AWAITING_UPLOAD,
      createdAt: now,
      updatedAt: now,
      correlationId,
      views: 0,
      likes: 0,
    };
  }

  /** A form that is used on a finished video does no harm: the worker sees from the catalog that there is nothing to do. */
  private signForm(video: Video): Promise<UploadForm> {
    const { signer, expirySeconds } = this.options;
    return signer.signForm({
      key: sourceKey(video.videoId),
      contentType: video.contentType,
      sizeBytes: video.sizeBytes,
      seconds: expirySeconds,
      metadata: metadataOf(video),
    });
  }
}

function metadataOf({ correlationId, videoId }: Video): Record<string, string> {
  return { [CORRELATION_ID_METADATA]: correlationId, [VIDEO_ID_METADATA]: videoId };
}
