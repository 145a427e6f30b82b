import { videoIdOfSourceKey } from '../contract';
import { readSourceEvent } from '../domain/source-event';
import { Logger } from '../ports/telemetry';
import { UploadCatalog } from '../ports/upload-catalog';

/**
 * Shows the owner at once that the bytes have arrived, long before a worker is free. The worker does not depend on it: the
 * same event is its job message, and it also starts from AWAITING_UPLOAD.
 *
 * A malformed event is logged and dropped, because sending it again would not help; a failing catalog throws, so that the
 * event comes again.
 */
export class ArrivalHandler {
  constructor(private readonly catalog: UploadCatalog, private readonly bucket: string, private readonly logger: Logger) {}

  async handle(event: unknown): Promise<void> {
    const read = readSourceEvent(event);
    if ('problems' in read) {
      this.logger.warn('The event was ignored', { reason: read.problems });
      return;
    }
    const { bucket, object } = read.event.detail;
    const videoId = videoIdOfSourceKey(object.key);
    if (bucket.name !== this.bucket || videoId === undefined) {
      this.logger.warn('The event was ignored', { reason: videoId === undefined ? 'the key is not that of a source' : 'another bucket' });
      return;
    }
    const video = await this.catalog.markQueued(videoId, object.size);
    if (video) this.logger.info('The source arrived', { videoId, sizeBytes: object.size, correlationId: video.correlationId });
    else this.logger.info('Source event ignored: the video is unknown or no longer awaiting its upload', { videoId });
  }
}
