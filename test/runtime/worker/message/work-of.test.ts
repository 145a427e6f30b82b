import { LadderProfileSpec, STANDARD_LADDER } from '../../../../src/runtime/contract';
import { QueueMessage } from '../../../../src/runtime/ports/job-queue';
import { parseJobMessage } from '../../../../src/runtime/worker/message/parse-job-message';
import { workOf } from '../../../../src/runtime/worker/message/work-of';
import { BUCKET, EventChanges, objectCreated } from '../support/events';

const MESSAGE: QueueMessage = { messageId: 'm1', receiptHandle: 'r1', body: '', receiveCount: 2 };
const work = (changes: EventChanges = {}, profile: LadderProfileSpec = STANDARD_LADDER, message = MESSAGE) =>
  workOf(parseJobMessage(JSON.stringify(objectCreated(changes)), BUCKET), message, profile);

test('the same source through the same ladder is the same work, whichever message asks', () => {
  expect(work({ sequencer: 'AA' }).workId).toBe(work({ sequencer: 'BB' }, STANDARD_LADDER, { ...MESSAGE, messageId: 'm2' }).workId);
});

test.each<[string, EventChanges, LadderProfileSpec]>([
  ['version', { versionId: 'v2' }, STANDARD_LADDER],
  ['video', { videoId: '00000000-0000-4000-8000-000000000000' }, STANDARD_LADDER],
  ['profile name', {}, { ...STANDARD_LADDER, name: 'other' }],
  ['profile version', {}, { ...STANDARD_LADDER, version: 2 }],
])('another %s is other work', (_what, changes, profile) => {
  expect(work(changes, profile).workId).not.toBe(work().workId);
});

test('sequencers of different length compare as padded on the right', () => {
  expect(work({ sequencer: '0061' }).sequencer < work({ sequencer: '00611' }).sequencer).toBe(true);
  expect(work({ sequencer: '0062' }).sequencer > work({ sequencer: '00611111' }).sequencer).toBe(true);
  expect(work({ sequencer: 'ab' }).sequencer).toBe(work({ sequencer: 'AB00' }).sequencer);
});
