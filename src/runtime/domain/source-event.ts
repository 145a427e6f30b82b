import * as v from 'valibot';
import { OBJECT_CREATED, OBJECT_CREATED_VERSION, S3_EVENT_SOURCE } from '../contract';

/** S3's own limits: keys of 1,024 bytes, version ids of the same length. */
const MAX_TEXT = 1024;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));

/**
 * S3's "Object Created" event: exact in what is read, and open to what AWS may add. Anything else in it (an `ownerId`, say) is
 * never looked at, because the catalog alone says whose a video is.
 */
const OBJECT_CREATED_EVENT = v.object({
  id: text,
  source: v.literal(S3_EVENT_SOURCE),
  'detail-type': v.literal(OBJECT_CREATED),
  time: text,
  detail: v.object({
    version: v.literal(OBJECT_CREATED_VERSION),
    bucket: v.object({ name: text }),
    object: v.object({
      key: text,
      size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      etag: v.optional(text),
      'version-id': v.optional(text),
      sequencer: v.pipe(v.string(), v.regex(/^[0-9A-Fa-f]{1,64}$/)),
    }),
  }),
});

type SourceEvent = v.InferOutput<typeof OBJECT_CREATED_EVENT>;

/** Reads an event; what is wrong with it is said by path only, since valibot's own messages quote what was received. */
export function readSourceEvent(event: unknown): { readonly event: SourceEvent } | { readonly problems: string } {
  const parsed = v.safeParse(OBJECT_CREATED_EVENT, event);
  if (parsed.success) return { event: parsed.output };
  const problems = parsed.issues.map(issue => `${v.getDotPath(issue) ?? 'the whole'} must be ${issue.expected ?? 'valid'}`);
  return { problems: [...new Set(problems)].join('; ') };
}
