import { compileEventPattern, JsonRecord, objectCreatedEvent } from '../../../../local/aws/events';

const EVENT = objectCreatedEvent(
  { bucket: 'videos', key: 'uploads/7/source.MP4', size: 1024, etag: '"abc"', versionId: 'v1', sequencer: '0A', reason: 'PutObject', requestId: 'R1' },
  { accountId: '111122223333', region: 'eu-central-1', time: new Date('2026-01-31T12:00:00.123Z') },
);

function matches(pattern: JsonRecord, event: JsonRecord = EVENT): boolean {
  return compileEventPattern('rule test', pattern)(event);
}
const onKey = (...matchers: JsonRecord[]): JsonRecord => ({ detail: { object: { key: matchers } } });

test('an object-created event has the fields that S3 gives it', () => {
  expect(EVENT).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-01-31T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:s3:::videos'],
    detail: {
      version: '0',
      bucket: { name: 'videos' },
      object: { key: 'uploads/7/source.MP4', size: 1024, etag: 'abc', 'version-id': 'v1', sequencer: '0A' },
      'request-id': 'R1',
      requester: '111122223333',
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  });
});

test.each<[string, JsonRecord, boolean]>([
  ['exact values of several fields', { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: ['videos'] } } }, true],
  ['one field that differs', { source: ['aws.s3'], detail: { bucket: { name: ['others'] } } }, false],
  ['any of a list', { detail: { bucket: { name: ['others', 'videos'] } } }, true],
  ['a number', { detail: { object: { size: [1024] } } }, true],
  ['a number is not its text', { detail: { object: { size: ['1024'] } } }, false],
  ['an element of a list in the event', { resources: ['arn:aws:s3:::videos'] }, true],
  ['a field that the event does not have', { detail: { missing: ['x'] } }, false],
  ['an object where the event has a text', { source: { name: ['x'] } }, false],
  ['prefix', onKey({ prefix: 'uploads/' }), true],
  ['prefix of something else', onKey({ prefix: 'media/' }), false],
  ['prefix, ignoring case', onKey({ prefix: { 'equals-ignore-case': 'UPLOADS/' } }), true],
  ['suffix', onKey({ suffix: '.MP4' }), true],
  ['suffix of another case', onKey({ suffix: '.mp4' }), false],
  ['suffix, ignoring case', onKey({ suffix: { 'equals-ignore-case': '.mp4' } }), true],
  ['equals-ignore-case', onKey({ 'equals-ignore-case': 'UPLOADS/7/SOURCE.mp4' }), true],
  ['wildcard', onKey({ wildcard: 'uploads/*/source.*' }), true],
  ['wildcard that stops short', onKey({ wildcard: 'uploads/*/source' }), false],
  ['a question mark in a wildcard is itself', onKey({ wildcard: 'uploads/?/*' }), false],
  ['alternatives', onKey({ prefix: 'media/' }, { suffix: '.MP4' }), true],
  ['anything-but another value', onKey({ 'anything-but': ['a', 'b'] }), true],
  ['anything-but this value', { source: [{ 'anything-but': 'aws.s3' }] }, false],
  ['anything-but a prefix', onKey({ 'anything-but': { prefix: 'media/' } }), true],
  ['anything-but one of several suffixes', onKey({ 'anything-but': { suffix: ['.json', '.MP4'] } }), false],
  ['anything-but of an absent field', { detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  ['exists', { detail: { object: { 'version-id': [{ exists: true }] } } }, true],
  ['exists, absent', { detail: { object: { missing: [{ exists: true }] } } }, false],
  ['exists false', { detail: { object: { missing: [{ exists: false }] } } }, true],
  ['numeric range', { detail: { object: { size: [{ numeric: ['>', 0, '<=', 1024] }] } } }, true],
  ['numeric out of range', { detail: { object: { size: [{ numeric: ['>', 1024] }] } } }, false],
  ['numeric on a text', { detail: { object: { etag: [{ numeric: ['=', 0] }] } } }, false],
])('%s', (_, pattern, outcome) => {
  expect(matches(pattern)).toBe(outcome);
});

test.each<[string, JsonRecord, string]>([
  ['an unknown matcher', onKey({ cidr: '10.0.0.0/8' }), 'matcher "cidr"'],
  ['$or', { $or: [{ source: ['aws.s3'] }] }, '"$or" is not supported'],
  ['a bare value', { source: 'aws.s3' }, 'matched by a list or an object'],
  ['an empty list', { source: [] }, 'matches nothing'],
  ['an empty pattern', {}, 'not empty'],
  ['two matchers in one', onKey({ prefix: 'a', suffix: 'b' }), 'one matcher has one key'],
  ['numeric without a bound', { detail: { object: { size: [{ numeric: ['>'] }] } } }, 'pairs of a comparison and a number'],
  ['numeric with an unknown comparison', { detail: { object: { size: [{ numeric: ['~', 1] }] } } }, 'pairs of a comparison and a number'],
  ['exists without a boolean', onKey({ exists: 'yes' }), 'exists is true or false'],
  ['an escaped wildcard', onKey({ wildcard: 'a\\*' }), 'escapes'],
])('refused while rules are loaded: %s', (_, pattern, message) => {
  expect(() => matches(pattern)).toThrow(message);
});
