import * as v from 'valibot';
import { OBJECT_CREATED, OBJECT_CREATED_VERSION, S3_EVENT_SOURCE, videoIdOfSourceKey } from '../contract';
import { Logger } from '../ports/telemetry';
import { UploadCatalog } from '../ports/upload-catalog';

/** Loose, since AWS adds fields; exact in what we read. */
const EVENT = v.object({
  source: v.literal(S3_EVENT_SOURCE),
  'detail-type': v.literal(OBJECT_CREATED),
  detail: v.object({
    version: v.literal(OBJECT_CREATED_VERSION),
    bucket: v.object({ name: v.string() }),
    object: v.object({ key: v.string(), size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
  }),
});

/**
 * Shows the owner at once that the bytes have arrived, long before a worker is free. The worker does not depend on it: the
 * same event is its job message, and it starts from AWAITING_UPLOAD as well.
 *
 * A malformed event is logged and dropped, because sending it again would not help; a failing catalog throws, so that the
 * event comes again.
 */
export class MarkQueued {
  constructor(private readonly catalog: UploadCatalog, private readonly bucket: string, private readonly logger: Logger) {}

  async handle(event: unknown): Promise<void> {
    const parsed = v.safeParse(EVENT, event);
    if (!parsed.success) {
      const issue = parsed.issues[0];
      this.logger.warn('The event was ignored', { reason: `${v.getDotPath(issue) ?? 'event'}: ${issue.message}` });
      return;
    }
    const { bucket, object } = parsed.output.detail;
    const videoId = videoIdOfSourceKey(object.key);
    if (bucket.name !== this.bucket || videoId === undefined) {
      this.logger.warn('The event was ignored', { reason: videoId === undefined ? 'the key is not one of a source' : 'another bucket' });
      return;
    }
    const video = await this.catalog.markQueued(videoId, object.size);
    if (video) this.logger.info('source arrived', { videoId, sizeBytes: object.size, correlationId: video.correlationId });
    else this.logger.info('Source event ignored: the video is unknown or no longer awaiting its upload', { videoId });
  }
}
