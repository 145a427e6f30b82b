/** The job message: EventBridge's "Object Created" event of S3, unchanged, as the rule delivers it to the queue. */

export const S3_EVENT_SOURCE = 'aws.s3';
export const OBJECT_CREATED = 'Object Created';
/** The only version of `detail` that S3 has published. */
export const OBJECT_CREATED_VERSION = '0';

export interface ObjectCreatedEvent {
  readonly id: string;
  readonly source: typeof S3_EVENT_SOURCE;
  readonly 'detail-type': typeof OBJECT_CREATED;
  readonly time: string;
  readonly detail: {
    readonly version: typeof OBJECT_CREATED_VERSION;
    readonly bucket: { readonly name: string };
    readonly object: {
      /** The key as it is: EventBridge events are not URL-encoded, unlike S3's own notifications. */
      readonly key: string;
      /** Bytes. A hint: the worker believes the object, not the message. */
      readonly size: number;
      readonly etag?: string;
      readonly 'version-id'?: string;
      /** Hexadecimal; orders the events of one key. See {@link comparableSequencer}. */
      readonly sequencer: string;
    };
  };
}

/** Longest sequencer we expect; S3 documents no length, today's have 18 digits. */
const SEQUENCER_LENGTH = 64;

/**
 * Sequencers of one key compare as strings once the shorter is padded with zeros on the right
 * (S3 user guide, "Event message structure").
 */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(SEQUENCER_LENGTH, '0');
}
