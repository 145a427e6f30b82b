import { BUCKET, objectCreated, VIDEO_ID } from './events';

/** An "Object Created" event with something done to it. */
export function changedEvent(change: (event: any) => void): string {
  const event = JSON.parse(JSON.stringify(objectCreated()));
  change(event);
  return JSON.stringify(event);
}

const withKey = (key: string) => JSON.stringify(objectCreated({ key }));

const KEY = `uploads/${VIDEO_ID}/source`;
/** Everything that may lie in the job queue and is no job: by name, the body. */
export const MALFORMED: Readonly<Record<string, string>> = {
  empty: '',
  'not JSON': 'hello',
  truncated: JSON.stringify(objectCreated()).slice(0, -20),
  null: 'null',
  'an array': JSON.stringify([objectCreated()]),
  'a number': '42',
  'deep nesting': '['.repeat(100_000),
  'the test event of an S3 notification': JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET }),
  'the envelope of an S3 notification': JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: KEY } } }] }),
  'an SNS envelope': JSON.stringify({ Type: 'Notification', Message: JSON.stringify(objectCreated()) }),
  'another source': changedEvent(event => { event.source = 'my.app'; }),
  'another detail type': changedEvent(event => { event['detail-type'] = 'Object Deleted'; }),
  'an unknown schema version': changedEvent(({ detail }) => { detail.version = '1'; }),
  'a numeric schema version': changedEvent(({ detail }) => { detail.version = 0; }),
  'no detail': changedEvent(event => { delete event.detail; }),
  'a foreign bucket': JSON.stringify(objectCreated({ bucket: 'other-bucket' })),
  'a key of the output prefix': withKey(`media/${VIDEO_ID}/1/master.m3u8`),
  'a key of the metadata prefix': withKey(`metadata/${VIDEO_ID}.json`),
  'a key with plus signs': withKey(KEY.replace('/source', '+/source')),
  'a key with a plus sign for a space': withKey(`${KEY}+copy`),
  'a key with an encoded slash': withKey(KEY.replace('/source', '%2Fsource')),
  'a percent-encoded key': withKey(encodeURIComponent(KEY)),
  'a double-encoded key': withKey(encodeURIComponent(encodeURIComponent(KEY))),
  'a key that climbs': withKey(`uploads/../uploads/${VIDEO_ID}/source`),
  'a key that climbs behind an encoding': withKey(`uploads/%2e%2e/uploads/${VIDEO_ID}/source`),
  'a key that climbs at its end': withKey(`${KEY}/../../secret`),
  'a key with a leading dash': withKey(`-i/${VIDEO_ID}/source`),
  'a concat key': withKey(`concat:${KEY}`),
  'an http key': withKey(`http://attacker.example/${VIDEO_ID}/source`),
  'a key with a pattern': withKey('uploads/%d/source'),
  'a key of 1,024 bytes of UTF-8': withKey('🎬'.repeat(256)),
  'a longer key': withKey('a'.repeat(1025)),
  'a key that continues after a line feed': withKey(`${KEY}\n`),
  'a key with a NUL': withKey(`${KEY}\u0000`),
  'an upper-case video id': withKey(KEY.toUpperCase()),
  'a negative size': JSON.stringify(objectCreated({ size: -1 })),
  'an infinite size': JSON.stringify(objectCreated()).replace('"size":1000', '"size":1e999'),
  'a size that is text': changedEvent(({ detail }) => { detail.object.size = '1000'; }),
  'no sequencer': changedEvent(({ detail }) => { delete detail.object.sequencer; }),
  'a sequencer that is no number': JSON.stringify(objectCreated({ sequencer: 'zz' })),
  'an endless sequencer': JSON.stringify(objectCreated({ sequencer: 'F'.repeat(65) })),
  'a version id that is no text': changedEvent(({ detail }) => { detail.object['version-id'] = { $ne: null }; }),
  'a prototype as detail': changedEvent(event => { event.detail = JSON.parse('{"__proto__":{"version":"0"}}'); }),
};
