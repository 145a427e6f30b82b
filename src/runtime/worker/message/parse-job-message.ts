import { OBJECT_CREATED, ObjectCreatedEvent, videoIdOfSourceKey } from '../../contract';
import { MalformedMessageError } from '../../domain/errors';
import { readSourceEvent } from '../../domain/source-event';

/** A message that names one of our sources, checked. */
export interface JobMessage {
  readonly videoId: string;
  readonly event: ObjectCreatedEvent;
}

/**
 * Reads a queue message as an "Object Created" event of a source in our bucket.
 *
 * @throws MalformedMessageError saying what is wrong, never quoting the body: it may hold anything.
 */
export function parseJobMessage(body: string, bucket: string): JobMessage {
  const read = readSourceEvent(parseJson(body));
  if ('problems' in read) throw new MalformedMessageError(`The message is not an "${OBJECT_CREATED}" event of S3: ${read.problems}.`);
  const { object, bucket: named } = read.event.detail;
  if (named.name !== bucket) {
    throw new MalformedMessageError('The message names another bucket than ours; check who may send to the job queue.');
  }
  const videoId = videoIdOfSourceKey(object.key);
  if (videoId === undefined) {
    throw new MalformedMessageError('The message names a key that is no source (uploads/{videoId}/source); check the event rule\'s filter.');
  }
  return { videoId, event: read.event };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessageError(`The message is not JSON (${Buffer.byteLength(body)} bytes).`);
  }
}
