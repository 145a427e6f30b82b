import { InterruptedError, LeaseLostError, PermanentError, RejectedError, RejectionCode, TransientError } from '../../../../src/runtime/domain/errors';
import { FailureCode } from '../../../../src/runtime/domain/failure-codes';
import { Clock } from '../../../../src/runtime/ports/clock';
import { fullJitter, withRetries } from '../../../../src/runtime/worker/job/retry';
import { giveBack, park, retryLater } from '../../../../src/runtime/worker/message/disposal';

const slept: number[] = [];
const clock: Clock = { now: () => new Date(0), monotonic: () => 0, sleep: async milliseconds => void slept.push(milliseconds) };
const failing = (error: Error) => jest.fn(async () => { throw error; });

beforeEach(() => { slept.length = 0; });

test('a step that may work next time is tried five times, with growing pauses of full jitter', async () => {
  const step = failing(new TransientError(FailureCode.SERVICE_UNAVAILABLE, '503'));
  await expect(withRetries(step, { clock, random: () => 0.5 })).rejects.toThrow('503');
  expect(step).toHaveBeenCalledTimes(5);
  expect(slept).toEqual([125, 250, 500, 1000]);
});

test.each([
  ['refused', new RejectedError(RejectionCode.UNREADABLE, 'x')],
  ['permanent', new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, 'x')],
  ['a lost lease', new LeaseLostError('x')],
  ['an interruption', new InterruptedError('x')],
  ['a changed source', new TransientError(FailureCode.SOURCE_CHANGED, 'x')],
  ['a full disk', new TransientError(FailureCode.SCRATCH_FULL, 'x')],
  ['a bug', new TypeError('x')],
])('%s is not tried again', async (_what, error) => {
  const step = failing(error);
  await expect(withRetries(step, { clock, random: Math.random })).rejects.toThrow(error);
  expect(step).toHaveBeenCalledTimes(1);
});

test('nothing is tried again once the job is aborted', async () => {
  const step = failing(new TransientError(FailureCode.SERVICE_UNAVAILABLE, '503'));
  await expect(withRetries(step, { clock, random: Math.random, signal: AbortSignal.abort() })).rejects.toThrow('503');
  expect(step).toHaveBeenCalledTimes(1);
});

test('jitter is full: from nothing to the doubled step, up to a cap', () => {
  expect(fullJitter(1, 100, 1_000, () => 0)).toBe(0);
  expect(fullJitter(3, 100, 1_000, () => 1)).toBe(400);
  expect(fullJitter(30, 100, 1_000, () => 1)).toBe(1_000);
});

test('a message comes back at once, soon, or after a while that grows with its receives', () => {
  const settings = { visibilitySeconds: 180 };
  expect(giveBack()).toEqual({ kind: 'return', seconds: 0 });
  expect(park(settings)).toEqual({ kind: 'return', seconds: 30 });
  const after = (receiveCount: number) => retryLater({ messageId: 'm', receiveCount }, settings, () => 1);
  expect([1, 2, 3, 9].map(receives => (after(receives) as { seconds: number }).seconds)).toEqual([180, 360, 720, 900]);
});
