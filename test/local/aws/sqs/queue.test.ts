import {
  GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, DEAD_LETTERS_ARN, JOBS_ARN, Platform, STRANGER, WORKER } from '../support/platform';
import { QueueDriver } from '../support/queue-driver';

const jobs = new QueueDriver();
beforeEach(() => jobs.start());
afterEach(() => jobs.close());

describe('what a queue tells about itself', () => {
  test('counts of visible, in flight and delayed messages', async () => {
    await jobs.send('a');
    await jobs.send('b');
    await jobs.sqs.send(new SendMessageCommand({ QueueUrl: jobs.platform.jobsUrl, MessageBody: 'later', DelaySeconds: 60 }));
    await jobs.receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    expect(await jobs.counts()).toEqual([1, 1, 1]);
    jobs.advanceClockTo(61_000);
    expect(await jobs.counts()).toEqual([3, 0, 0]);
  });

  test('a message older than the retention is gone', async () => {
    await jobs.send('a');
    jobs.advanceClockTo(345_601_000);
    expect(await jobs.counts()).toEqual([0, 0, 0]);
  });

  test('only the attributes that are asked for', async () => {
    const some = new GetQueueAttributesCommand({ QueueUrl: jobs.platform.jobsUrl, AttributeNames: ['QueueArn', 'RedrivePolicy'] });
    const { Attributes } = await jobs.sqs.send(some);
    const policy = { deadLetterTargetArn: DEAD_LETTERS_ARN, maxReceiveCount: 2 };
    expect(Attributes).toEqual({ QueueArn: JOBS_ARN, RedrivePolicy: JSON.stringify(policy) });
  });

  test('its address', async () => {
    expect((await jobs.sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(jobs.platform.jobsUrl);
    expect((await jobs.sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([jobs.platform.jobsUrl, jobs.platform.deadLettersUrl]);
  });

  test('that it does not exist', async () => {
    const missing = new SendMessageCommand({ QueueUrl: `${jobs.platform.gateway.endpoint}/${ACCOUNT}/none`, MessageBody: 'a' });
    await expect(jobs.sqs.send(missing)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});

describe('a restart', () => {
  test('keeps what was sent and not deleted, and forgets what was', async () => {
    await jobs.send('kept');
    await jobs.send('deleted');
    const messages = await jobs.receive({ VisibilityTimeout: 60 });
    await jobs.deleteMessage(messages.find(message => message.Body === 'deleted')!);
    await jobs.restart();
    expect(await jobs.counts()).toEqual([0, 1, 0]);
    jobs.advanceClockTo(61_000);
    const [kept] = await jobs.receive();
    expect([kept.Body, kept.Attributes?.ApproximateReceiveCount]).toEqual(['kept', '2']);
  });

  test('a receipt from before still deletes', async () => {
    await jobs.send('a');
    const [message] = await jobs.receive({ VisibilityTimeout: 60 });
    await jobs.restart();
    await jobs.deleteMessage(message);
    expect(await jobs.counts()).toEqual([0, 0, 0]);
  });
});

describe('permissions', () => {
  test('a role may do what its statements allow and nothing else', async () => {
    await jobs.send('a');
    const worker = jobs.platform.sqs(WORKER);
    const { Messages } = await worker.send(new ReceiveMessageCommand({ QueueUrl: jobs.platform.jobsUrl }));
    expect(Messages).toHaveLength(1);
    await expect(worker.send(new SendMessageCommand({ QueueUrl: jobs.platform.jobsUrl, MessageBody: 'b' })))
      .rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining(`${WORKER} is not authorized to perform: sqs:SendMessage`) });
    await expect(worker.send(new ReceiveMessageCommand({ QueueUrl: jobs.platform.deadLettersUrl }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(jobs.platform.sqs(STRANGER).send(new ReceiveMessageCommand({ QueueUrl: jobs.platform.jobsUrl }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('an encrypted queue needs its key as well', async () => {
    await jobs.close();
    const kmsKeyArn = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/jobs`;
    const mayUseKey = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn, Condition: { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } } };
    const mayReceive = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: JOBS_ARN };
    await jobs.start({
      queues: [{ name: 'jobs', arn: JOBS_ARN, kmsKeyArn }],
      rules: [],
      principals: [
        { arn: WORKER, policies: [{ name: 'with key', document: { Statement: [mayReceive, mayUseKey] } }] },
        { arn: STRANGER, policies: [{ name: 'without key', document: { Statement: [mayReceive] } }] },
      ],
    });
    const receiving = new ReceiveMessageCommand({ QueueUrl: jobs.platform.jobsUrl });
    await expect(jobs.platform.sqs(WORKER).send(receiving)).resolves.toBeDefined();
    await expect(jobs.platform.sqs(STRANGER).send(receiving)).rejects.toThrow(`kms:Decrypt on resource: ${kmsKeyArn}`);
  });
});

test.each<[string, object, string]>([
  ['a FIFO queue', { name: 'jobs.fifo' }, 'standard queues only'],
  ['dead letters into nowhere', { name: 'jobs', redrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:x:1:none', maxReceiveCount: 1 } }, 'not another queue of the template'],
  ['no receive allowed', { name: 'jobs', redrivePolicy: { deadLetterTargetArn: DEAD_LETTERS_ARN, maxReceiveCount: 0 } }, 'whole number from 1, received 0'],
])('%s is refused at start', async (_, queue, message) => {
  const queues = [{ arn: JOBS_ARN, name: '', ...queue }, { name: 'dead-letters', arn: DEAD_LETTERS_ARN }];
  await expect(Platform.start({ queues, rules: [] })).rejects.toThrow(message);
});
