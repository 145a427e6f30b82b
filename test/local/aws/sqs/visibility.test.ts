import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { QueueDriver, elapsed, sleep } from '../support/queue-driver';

const jobs = new QueueDriver();
beforeEach(() => jobs.start());
afterEach(() => jobs.close());

describe('visibility', () => {
  test('a received message is invisible until its timeout is over', async () => {
    await jobs.send('a');
    const [first] = await jobs.receive({ VisibilityTimeout: 60 });
    expect(await jobs.receive()).toEqual([]);
    jobs.advanceClockTo(61_000);
    const [second] = await jobs.receive();
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second.Attributes?.ApproximateFirstReceiveTimestamp).toBe(first.Attributes?.ApproximateFirstReceiveTimestamp);
  });

  test('a heartbeat extends it from now', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 60 });
    jobs.advanceClockTo(50_000);
    await jobs.changeVisibility(message, 60);
    jobs.advanceClockTo(100_000);
    expect(await jobs.receive()).toEqual([]);
    jobs.advanceClockTo(111_000);
    expect(await jobs.receive()).toHaveLength(1);
  });

  test('visibility 0 hands the message to a waiting receive at once', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 60 });
    const waiting = elapsed(() => jobs.receive({ WaitTimeSeconds: 10 }));
    await sleep(100);
    await jobs.changeVisibility(message, 0);
    const { result, ms } = await waiting;
    expect(result).toHaveLength(1);
    // Sooner than a look at the clock, which happens every second, would have found it.
    expect(ms).toBeLessThan(800);
  });

  test('cannot be changed once the message is visible again or deleted', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 60 });
    jobs.advanceClockTo(61_000);
    await expect(jobs.changeVisibility(message, 60)).rejects.toThrow('not available for visibility timeout change');
    const [again] = await jobs.receive({ VisibilityTimeout: 60 });
    await expect(jobs.changeVisibility(message, 60)).rejects.toThrow('not available for visibility timeout change');
    await jobs.deleteMessage(again);
    await expect(jobs.changeVisibility(again, 60)).rejects.toThrow('not available for visibility timeout change');
  });

  test('ends twelve hours after the receive, however often it is extended', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 43_200 });
    jobs.advanceClockTo(3600_000);
    await expect(jobs.changeVisibility(message, 39_601)).rejects.toThrow('beyond the limit [43200 seconds]');
    await jobs.changeVisibility(message, 39_599);
  });
});

describe('deleting', () => {
  test('a deleted message never comes back', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 60 });
    await jobs.deleteMessage(message);
    jobs.advanceClockTo(120_000);
    expect(await jobs.receive()).toEqual([]);
  });

  test('an outdated receipt deletes nothing', async () => {
    await jobs.send('a');
    const [first] = await jobs.receive({ VisibilityTimeout: 0 });
    const [second] = await jobs.receive({ VisibilityTimeout: 60 });
    await jobs.deleteMessage(first);
    expect(await jobs.counts()).toEqual([0, 1, 0]);
    await jobs.deleteMessage(second);
    expect(await jobs.counts()).toEqual([0, 0, 0]);
  });

  test('a receipt that is none is refused', async () => {
    await expect(jobs.deleteMessage({ ReceiptHandle: 'nonsense' })).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  test('purging empties the queue', async () => {
    await jobs.send('a');
    await jobs.sqs.send(new PurgeQueueCommand({ QueueUrl: jobs.platform.jobsUrl }));
    expect(await jobs.counts()).toEqual([0, 0, 0]);
  });
});
