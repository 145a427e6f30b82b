import { ProgressReporter } from './progress-reporter';
import { PublishedMedia, Video } from '../../domain/video';
import { ObjectVersion } from '../../ports/object-store';
import { Lease } from '../../ports/processing-catalog';
import { Logger } from '../../ports/telemetry';

/** One leased piece of work, while it is worked on. */
export interface Job {
  readonly lease: Lease;
  readonly video: Video;
  readonly source: ObjectVersion;
  readonly progress: ProgressReporter;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** Set by the flip: from then on the job is done, whatever else happens. */
  published?: PublishedMedia;
}
