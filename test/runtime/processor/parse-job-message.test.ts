import { BUCKET, objectCreated, VIDEO_ID } from './support/events';
import { MalformedMessageError } from '../../../src/runtime/domain/errors';
import { parseJobMessage } from '../../../src/runtime/processor/parse-job-message';

const parse = (body: string) => parseJobMessage(body, BUCKET);
const changed = (change: (event: any) => void) => {
  const event = JSON.parse(JSON.stringify(objectCreated()));
  change(event);
  return JSON.stringify(event);
};
const withKey = (key: string) => JSON.stringify(objectCreated({ key }));

describe('a message that is a job', () => {
  test('is read with its video id', () => {
    const { videoId, event } = parse(JSON.stringify(objectCreated()));
    expect(videoId).toBe(VIDEO_ID);
    expect(event.detail.object['version-id']).toBe('v1');
  });

  test('may lack etag and version id, as in an unversioned bucket', () => {
    const { event } = parse(changed(({ detail }) => {
      delete detail.object.etag;
      delete detail.object['version-id'];
    }));
    expect(event.detail.object['version-id']).toBeUndefined();
  });

  test('loses a forged owner: nothing but the named fields is kept', () => {
    const { event } = parse(changed(message => {
      message.ownerId = 'mallory';
      message.detail.ownerId = 'mallory';
      message.detail.object.ownerId = 'mallory';
    }));
    expect(JSON.stringify(event)).not.toContain('mallory');
  });
});

const KEY = `uploads/${VIDEO_ID}/source`;
const MALFORMED: Record<string, string> = {
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
  'another source': changed(event => { event.source = 'my.app'; }),
  'another detail type': changed(event => { event['detail-type'] = 'Object Deleted'; }),
  'an unknown schema version': changed(({ detail }) => { detail.version = '1'; }),
  'a numeric schema version': changed(({ detail }) => { detail.version = 0; }),
  'no detail': changed(event => { delete event.detail; }),
  'a foreign bucket': JSON.stringify(objectCreated({ bucket: 'other-bucket' })),
  'a key of the output prefix': withKey(`media/${VIDEO_ID}/1/master.m3u8`),
  'a key of the metadata prefix': withKey(`metadata/${VIDEO_ID}.json`),
  'a key with plus signs': withKey(KEY.replace('/source', '+/source')),
  'a percent-encoded key': withKey(encodeURIComponent(KEY)),
  'a double-encoded key': withKey(encodeURIComponent(encodeURIComponent(KEY))),
  'a key that climbs': withKey(`uploads/../uploads/${VIDEO_ID}/source`),
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
  'a size that is text': changed(({ detail }) => { detail.object.size = '1000'; }),
  'no sequencer': changed(({ detail }) => { delete detail.object.sequencer; }),
  'a sequencer that is no number': JSON.stringify(objectCreated({ sequencer: 'zz' })),
  'an endless sequencer': JSON.stringify(objectCreated({ sequencer: 'F'.repeat(65) })),
  'a version id that is no text': changed(({ detail }) => { detail.object['version-id'] = { $ne: null }; }),
  'a prototype as detail': changed(event => { event.detail = JSON.parse('{"__proto__":{"version":"0"}}'); }),
};

describe('a message that is no job is malformed', () => {
  test.each(Object.entries(MALFORMED))('%s', (_name, body) => {
    expect(() => parse(body)).toThrow(MalformedMessageError);
  });

  test('the error says what is wrong without quoting the message', () => {
    const body = changed(event => { event.source = 'secret-value'; });
    expect(() => parse(body)).toThrow(/source must be "aws\.s3"/);
    expect(() => parse(body)).not.toThrow(/secret-value/);
  });
});
