import * as v from 'valibot';
import { OBJECT_CREATED, OBJECT_CREATED_VERSION, ObjectCreatedEvent, S3_EVENT_SOURCE, videoIdOfSourceKey } from '../../contract';
import { MalformedMessageError } from '../../domain/errors';

/** A message that names one of our sources, checked. */
export interface JobMessage {
  readonly videoId: string;
  readonly event: ObjectCreatedEvent;
}

/** S3's own limits: keys of 1,024 bytes, version ids of the same length. */
const MAX_TEXT = 1024;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));

/**
 * The parts we read, exactly; whatever else the envelope carries (an `ownerId`, say) is never looked at, because the catalog
 * alone says whose a video is.
 */
const EVENT = v.object({
  id: text,
  source: v.literal(S3_EVENT_SOURCE),
  'detail-type': v.literal(OBJECT_CREATED),
  time: text,
  detail: v.object({
    version: v.literal(OBJECT_CREATED_VERSION),
    bucket: v.object({ name: text }),
    object: v.object({
      key: text,
      size: v.pipe(v.number(), v.integer(), v.minValue(0)),
      etag: v.optional(text),
      'version-id': v.optional(text),
      sequencer: v.pipe(v.string(), v.regex(/^[0-9A-Fa-f]{1,64}$/)),
    }),
  }),
});

/**
 * Reads a queue message as an "Object Created" event of a source in our bucket.
 *
 * @throws MalformedMessageError saying what is wrong, never quoting the body: it may hold anything.
 */
export function parseJobMessage(body: string, bucket: string): JobMessage {
  const parsed = v.safeParse(EVENT, parseJson(body));
  if (!parsed.success) {
    throw new MalformedMessageError(`The message is not an "${OBJECT_CREATED}" event of S3: ${problems(parsed.issues)}.`);
  }
  const { object, bucket: named } = parsed.output.detail;
  if (named.name !== bucket) {
    throw new MalformedMessageError('The message names another bucket than ours; check who may send to the job queue.');
  }
  const videoId = videoIdOfSourceKey(object.key);
  if (videoId === undefined) {
    throw new MalformedMessageError('The message names a key that is no source (uploads/{videoId}/source); check the event rule\'s filter.');
  }
  return { videoId, event: parsed.output };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessageError(`The message is not JSON (${Buffer.byteLength(body)} bytes).`);
  }
}

/** Paths only: valibot's own messages quote what was received. */
function problems(issues: ReadonlyArray<v.BaseIssue<unknown>>): string {
  return [...new Set(issues.map(issue => `${v.getDotPath(issue) ?? 'the whole'} must be ${issue.expected ?? 'valid'}`))].join('; ');
}
