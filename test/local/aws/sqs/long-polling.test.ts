import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { JOBS_ARN } from '../support/platform';
import { QueueDriver, elapsed, sleep } from '../support/queue-driver';

const jobs = new QueueDriver();
beforeEach(() => jobs.start());
afterEach(() => jobs.close());

describe('long polling', () => {
  test('a waiting receive returns as soon as a message arrives', async () => {
    const waiting = elapsed(() => jobs.receive({ WaitTimeSeconds: 20 }));
    await sleep(300);
    await jobs.send('wake up');
    const { result, ms } = await waiting;
    expect(result.map(message => message.Body)).toEqual(['wake up']);
    expect(ms).toBeLessThan(2000);
  });

  test('an empty queue is answered when the wait is over, not before', async () => {
    const { result, ms } = await elapsed(() => jobs.receive({ WaitTimeSeconds: 1 }));
    expect(result).toEqual([]);
    expect(ms).toBeGreaterThan(950);
  });

  test('a waiting receive gets a message whose visibility timeout runs out', async () => {
    await jobs.send('again');
    await jobs.receive({ VisibilityTimeout: 1 });
    const { result, ms } = await elapsed(() => jobs.receive({ WaitTimeSeconds: 10 }));
    expect(result[0].Attributes?.ApproximateReceiveCount).toBe('2');
    expect(ms).toBeLessThan(2500);
  });

  test('a receive whose caller has gone takes no message with it', async () => {
    const gone = new AbortController();
    const longPoll = new ReceiveMessageCommand({ QueueUrl: jobs.platform.jobsUrl, WaitTimeSeconds: 20 });
    const abandoned = jobs.sqs.send(longPoll, { abortSignal: gone.signal });
    await sleep(200);
    gone.abort();
    await expect(abandoned).rejects.toThrow();
    await sleep(100);
    await jobs.send('for someone alive');
    expect((await jobs.receive()).map(message => message.Body)).toEqual(['for someone alive']);
  });

  test('one message wakes one of several waiting receives', async () => {
    const waiting = [1, 2].map(() => jobs.receive({ WaitTimeSeconds: 2, VisibilityTimeout: 60 }));
    await sleep(200);
    await jobs.send('only one');
    expect((await Promise.all(waiting)).map(messages => messages.length).sort()).toEqual([0, 1]);
  });

  test('the queue\'s own wait time applies when the call names none', async () => {
    await jobs.close();
    await jobs.start({ queues: [{ name: 'jobs', arn: JOBS_ARN, receiveWaitTime: 1 }], rules: [] });
    expect((await elapsed(() => jobs.receive())).ms).toBeGreaterThan(950);
  });

  test('closing the gateway ends a waiting receive', async () => {
    const waiting = jobs.receive({ WaitTimeSeconds: 20 }).then(() => 'answered', () => 'ended');
    await sleep(200);
    const { ms } = await elapsed(() => jobs.platform.gateway.close());
    await waiting;
    expect(ms).toBeLessThan(1000);
  });
});
