import { ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { DEAD_LETTERS_ARN, JOBS_ARN } from '../support/platform';
import { QueueDriver, sleep } from '../support/queue-driver';

const jobs = new QueueDriver();
beforeEach(() => jobs.start());
afterEach(() => jobs.close());

describe('dead letters', () => {
  async function exhaust(body: string): Promise<string> {
    const id = await jobs.send(body);
    for (const expected of ['1', '2']) {
      const [message] = await jobs.receive({ VisibilityTimeout: 0 });
      expect(message.Attributes?.ApproximateReceiveCount).toBe(expected);
    }
    return id;
  }

  test('after maxReceiveCount receives the next one moves the message', async () => {
    const id = await exhaust('poison');
    expect(await jobs.receive()).toEqual([]);
    expect(await jobs.counts()).toEqual([0, 0, 0]);
    const [dead] = await jobs.receive({ QueueUrl: jobs.platform.deadLettersUrl });
    expect([dead.MessageId, dead.Body, dead.Attributes?.DeadLetterQueueSourceArn]).toEqual([id, 'poison', JOBS_ARN]);
  });

  test('a receive that waits on the dead-letter queue is woken by it', async () => {
    await exhaust('poison');
    const waiting = jobs.receive({ QueueUrl: jobs.platform.deadLettersUrl, WaitTimeSeconds: 10 });
    await sleep(200);
    await jobs.receive();
    expect(await waiting).toHaveLength(1);
  });

  test('redrive sends them back as new messages', async () => {
    const id = await exhaust('poison');
    await jobs.receive();
    await jobs.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: DEAD_LETTERS_ARN }));
    const [message] = await jobs.receive();
    expect([message.Body, message.Attributes?.ApproximateReceiveCount]).toEqual(['poison', '1']);
    expect(message.MessageId).not.toBe(id);
    expect(await jobs.counts(jobs.platform.deadLettersUrl)).toEqual([0, 0, 0]);
    const { Results = [] } = await jobs.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: DEAD_LETTERS_ARN }));
    expect(Results.map(task => [task.Status, task.ApproximateNumberOfMessagesMoved])).toEqual([['COMPLETED', 1]]);
  });

  test('only a dead-letter queue can be redriven', async () => {
    await expect(jobs.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: JOBS_ARN }))).rejects.toThrow('must be configured as a Dead Letter Queue');
  });
});
