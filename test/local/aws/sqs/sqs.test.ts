import {
  ChangeMessageVisibilityBatchCommand, ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand,
  GetQueueAttributesCommand, GetQueueUrlCommand, ListMessageMoveTasksCommand, ListQueuesCommand, Message, PurgeQueueCommand,
  ReceiveMessageCommand, ReceiveMessageCommandInput, SendMessageBatchCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, DEAD_LETTERS_ARN, JOBS_ARN, Platform, STRANGER, WORKER } from '../support/platform';

let platform: Platform;
let sqs: SQSClient;
/** Moves the gateway's clock, so that no test waits for a real visibility timeout. */
let skewMs: number;

beforeEach(async () => {
  skewMs = 0;
  platform = await Platform.start({ now: () => new Date(Date.now() + skewMs) });
  sqs = platform.sqs();
});
afterEach(() => platform.close());

/** Service and caller agree on the time, as they do in the cloud: a signature of another day would be refused. */
function advanceClockTo(ms: number): void {
  skewMs = ms;
  sqs.config.systemClockOffset = ms;
}

async function send(body: string): Promise<string> {
  return (await sqs.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: body }))).MessageId!;
}

async function receive(input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({
    QueueUrl: platform.jobsUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...input,
  }));
  return Messages;
}

async function counts(url = platform.jobsUrl): Promise<number[]> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return (['', 'NotVisible', 'Delayed'] as const).map(kind => Number(Attributes[`ApproximateNumberOfMessages${kind}`]));
}

async function elapsed<T>(run: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  return { result: await run(), ms: performance.now() - started };
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describe('long polling', () => {
  test('a waiting receive returns as soon as a message arrives', async () => {
    const waiting = elapsed(() => receive({ WaitTimeSeconds: 20 }));
    await sleep(300);
    await send('wake up');
    const { result, ms } = await waiting;
    expect(result.map(message => message.Body)).toEqual(['wake up']);
    expect(ms).toBeLessThan(2000);
  });

  test('an empty queue is answered when the wait is over, not before', async () => {
    const { result, ms } = await elapsed(() => receive({ WaitTimeSeconds: 1 }));
    expect(result).toEqual([]);
    expect(ms).toBeGreaterThan(950);
  });

  test('a waiting receive gets a message whose visibility timeout runs out', async () => {
    await send('again');
    await receive({ VisibilityTimeout: 1 });
    const { result, ms } = await elapsed(() => receive({ WaitTimeSeconds: 10 }));
    expect(result[0].Attributes?.ApproximateReceiveCount).toBe('2');
    expect(ms).toBeLessThan(2500);
  });

  test('a receive whose caller has gone takes no message with it', async () => {
    const gone = new AbortController();
    const longPoll = new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl, WaitTimeSeconds: 20 });
    const abandoned = sqs.send(longPoll, { abortSignal: gone.signal });
    await sleep(200);
    gone.abort();
    await expect(abandoned).rejects.toThrow();
    await sleep(100);
    await send('for someone alive');
    expect((await receive()).map(message => message.Body)).toEqual(['for someone alive']);
  });

  test('one message wakes one of several waiting receives', async () => {
    const waiting = [1, 2].map(() => receive({ WaitTimeSeconds: 2, VisibilityTimeout: 60 }));
    await sleep(200);
    await send('only one');
    expect((await Promise.all(waiting)).map(messages => messages.length).sort()).toEqual([0, 1]);
  });

  test('the queue\'s own wait time applies when the call names none', async () => {
    await platform.close();
    platform = await Platform.start({ queues: [{ name: 'jobs', arn: JOBS_ARN, receiveWaitTime: 1 }], rules: [] });
    sqs = platform.sqs();
    expect((await elapsed(() => receive())).ms).toBeGreaterThan(950);
  });

  test('closing the gateway ends a waiting receive', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 }).then(() => 'answered', () => 'ended');
    await sleep(200);
    const { ms } = await elapsed(() => platform.stop());
    await waiting;
    expect(ms).toBeLessThan(1000);
    platform = await Platform.start();
  });
});

describe('visibility', () => {
  test('a received message is invisible until its timeout is over', async () => {
    await send('a');
    const [first] = await receive({ VisibilityTimeout: 60 });
    expect(await receive()).toEqual([]);
    advanceClockTo(61_000);
    const [second] = await receive();
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second.Attributes?.ApproximateFirstReceiveTimestamp).toBe(first.Attributes?.ApproximateFirstReceiveTimestamp);
  });

  test('a heartbeat extends it from now', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 60 });
    advanceClockTo(50_000);
    await changeVisibility(message, 60);
    advanceClockTo(100_000);
    expect(await receive()).toEqual([]);
    advanceClockTo(111_000);
    expect(await receive()).toHaveLength(1);
  });

  test('visibility 0 hands the message to a waiting receive at once', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 60 });
    const waiting = elapsed(() => receive({ WaitTimeSeconds: 10 }));
    await sleep(200);
    await changeVisibility(message, 0);
    const { result, ms } = await waiting;
    expect(result).toHaveLength(1);
    expect(ms).toBeLessThan(1500);
  });

  test('cannot be changed once the message is visible again or deleted', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 60 });
    advanceClockTo(61_000);
    await expect(changeVisibility(message, 60)).rejects.toThrow('not available for visibility timeout change');
    const [again] = await receive({ VisibilityTimeout: 60 });
    await expect(changeVisibility(message, 60)).rejects.toThrow('not available for visibility timeout change');
    await deleteMessage(again);
    await expect(changeVisibility(again, 60)).rejects.toThrow('not available for visibility timeout change');
  });

  test('ends twelve hours after the receive, however often it is extended', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 43_200 });
    advanceClockTo(3600_000);
    await expect(changeVisibility(message, 39_601)).rejects.toThrow('beyond the limit [43200 seconds]');
    await changeVisibility(message, 39_599);
  });
});

describe('deleting', () => {
  test('a deleted message never comes back', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 60 });
    await deleteMessage(message);
    advanceClockTo(120_000);
    expect(await receive()).toEqual([]);
  });

  test('an outdated receipt deletes nothing', async () => {
    await send('a');
    const [first] = await receive({ VisibilityTimeout: 0 });
    const [second] = await receive({ VisibilityTimeout: 60 });
    await deleteMessage(first);
    expect(await counts()).toEqual([0, 1, 0]);
    await deleteMessage(second);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test('a receipt that is none is refused', async () => {
    await expect(deleteMessage({ ReceiptHandle: 'nonsense' })).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  test('purging empties the queue', async () => {
    await send('a');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: platform.jobsUrl }));
    expect(await counts()).toEqual([0, 0, 0]);
  });
});

describe('batches', () => {
  test('send: a bad entry fails by itself', async () => {
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({
      QueueUrl: platform.jobsUrl,
      Entries: [{ Id: 'good', MessageBody: 'a' }, { Id: 'bad', MessageBody: 'nul \u0000' }, { Id: 'late', MessageBody: 'c', DelaySeconds: 901 }],
    }));
    expect(Successful.map(entry => entry.Id)).toEqual(['good']);
    expect(Failed.map(entry => [entry.Id, entry.Code, entry.SenderFault])).toEqual([
      ['bad', 'InvalidMessageContents', true], ['late', 'InvalidParameterValue', true],
    ]);
    expect(await counts()).toEqual([1, 0, 0]);
  });

  test('delete and change visibility: a bad receipt fails by itself', async () => {
    await send('a');
    await send('b');
    const [a, b] = await receive({ VisibilityTimeout: 60 });
    const changed = await sqs.send(new ChangeMessageVisibilityBatchCommand({
      QueueUrl: platform.jobsUrl,
      Entries: [{ Id: 'a', ReceiptHandle: a.ReceiptHandle, VisibilityTimeout: 120 }, { Id: 'x', ReceiptHandle: 'nonsense', VisibilityTimeout: 1 }],
    }));
    expect([changed.Successful?.map(entry => entry.Id), changed.Failed?.map(entry => entry.Code)]).toEqual([['a'], ['ReceiptHandleIsInvalid']]);
    const deleted = await sqs.send(new DeleteMessageBatchCommand({
      QueueUrl: platform.jobsUrl, Entries: [{ Id: 'b', ReceiptHandle: b.ReceiptHandle }, { Id: 'x', ReceiptHandle: 'nonsense' }],
    }));
    expect([deleted.Successful?.map(entry => entry.Id), deleted.Failed?.map(entry => entry.Code)]).toEqual([['b'], ['ReceiptHandleIsInvalid']]);
    expect(await counts()).toEqual([0, 1, 0]);
  });

  test.each<[string, string[]]>([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', [...'abcdefghijk']],
    ['BatchEntryIdsNotDistinct', ['a', 'a']],
    ['InvalidBatchEntryId', ['not allowed']],
  ])('%s fails the batch as a whole', async (name, ids) => {
    const batch = new SendMessageBatchCommand({ QueueUrl: platform.jobsUrl, Entries: ids.map(Id => ({ Id, MessageBody: 'x' })) });
    await expect(sqs.send(batch)).rejects.toMatchObject({ name });
    expect(await counts()).toEqual([0, 0, 0]);
  });
});

describe('dead letters', () => {
  async function exhaust(body: string): Promise<string> {
    const id = await send(body);
    for (const expected of ['1', '2']) {
      const [message] = await receive({ VisibilityTimeout: 0 });
      expect(message.Attributes?.ApproximateReceiveCount).toBe(expected);
    }
    return id;
  }

  test('after maxReceiveCount receives the next one moves the message', async () => {
    const id = await exhaust('poison');
    expect(await receive()).toEqual([]);
    expect(await counts()).toEqual([0, 0, 0]);
    const [dead] = await receive({ QueueUrl: platform.deadLettersUrl });
    expect([dead.MessageId, dead.Body, dead.Attributes?.DeadLetterQueueSourceArn]).toEqual([id, 'poison', JOBS_ARN]);
  });

  test('a receive that waits on the dead-letter queue is woken by it', async () => {
    await exhaust('poison');
    const waiting = receive({ QueueUrl: platform.deadLettersUrl, WaitTimeSeconds: 10 });
    await sleep(200);
    await receive();
    expect(await waiting).toHaveLength(1);
  });

  test('redrive sends them back as new messages', async () => {
    const id = await exhaust('poison');
    await receive();
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: DEAD_LETTERS_ARN }));
    const [message] = await receive();
    expect([message.Body, message.Attributes?.ApproximateReceiveCount]).toEqual(['poison', '1']);
    expect(message.MessageId).not.toBe(id);
    expect(await counts(platform.deadLettersUrl)).toEqual([0, 0, 0]);
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: DEAD_LETTERS_ARN }));
    expect(Results.map(task => [task.Status, task.ApproximateNumberOfMessagesMoved])).toEqual([['COMPLETED', 1]]);
  });

  test('only a dead-letter queue can be redriven', async () => {
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: JOBS_ARN }))).rejects.toThrow('must be configured as a Dead Letter Queue');
  });
});

describe('what a queue tells about itself', () => {
  test('counts of visible, in flight and delayed messages', async () => {
    await send('a');
    await send('b');
    await sqs.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'later', DelaySeconds: 60 }));
    await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    expect(await counts()).toEqual([1, 1, 1]);
    advanceClockTo(61_000);
    expect(await counts()).toEqual([3, 0, 0]);
  });

  test('a message older than the retention is gone', async () => {
    await send('a');
    advanceClockTo(345_601_000);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test('only the attributes that are asked for', async () => {
    const some = new GetQueueAttributesCommand({ QueueUrl: platform.jobsUrl, AttributeNames: ['QueueArn', 'RedrivePolicy'] });
    const { Attributes } = await sqs.send(some);
    expect(Attributes).toEqual({ QueueArn: JOBS_ARN, RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS_ARN, maxReceiveCount: 2 }) });
  });

  test('its address', async () => {
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(platform.jobsUrl);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([platform.jobsUrl, platform.deadLettersUrl]);
  });

  test('that it does not exist', async () => {
    const missing = new SendMessageCommand({ QueueUrl: `${platform.gateway.endpoint}/${ACCOUNT}/none`, MessageBody: 'a' });
    await expect(sqs.send(missing)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});

describe('messages', () => {
  test('attributes arrive with the digest that the SDK knows, when they are asked for', async () => {
    const MessageAttributes = {
      'correlation.id': { DataType: 'String', StringValue: 'ünïcode' },
      size: { DataType: 'Number', StringValue: '12' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'a', MessageAttributes }));
    const [bare] = await receive({ VisibilityTimeout: 0 });
    expect(bare.MessageAttributes).toBeUndefined();
    const [full] = await receive({ MessageAttributeNames: ['correlation.*', 'raw'] });
    expect(Object.keys(full.MessageAttributes!).sort()).toEqual(['correlation.id', 'raw']);
    expect(full.MessageAttributes!.raw.BinaryValue).toEqual(new Uint8Array([0, 255, 7]));
    // md5(len|name|len|type|kind|len|value …) over the three sorted by name, computed once with Python's hashlib.
    expect(sent.MD5OfMessageAttributes).toBe('77912983ca9a9338fdd23c1d60df92f1');
  });

  test.each<[string, object, string]>([
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['a character that SQS does not take', { MessageBody: '\u0001' }, 'InvalidMessageContents'],
    ['more than the maximum', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['a group, which standard queues here do not have', { MessageBody: 'a', MessageGroupId: 'g' }, 'UnsupportedOperation'],
  ])('%s is refused', async (_, input, name) => {
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'a', ...input }))).rejects.toMatchObject({ name });
  });

  test('up to 1 MiB of four-byte characters goes through unharmed', async () => {
    const body = '🎬'.repeat(262_144);
    await send(body);
    expect((await receive())[0].Body === body).toBe(true);
  });

  test('a call that is not implemented is named', async () => {
    await expect(sqs.send(new CreateQueueCommand({ QueueName: 'new' }))).rejects.toThrow('does not implement CreateQueue; queues come from the template');
  });
});

describe('a restart', () => {
  async function restart(): Promise<void> {
    await platform.stop();
    platform = await Platform.start({ stateDir: platform.stateDir, now: () => new Date(Date.now() + skewMs) });
    sqs = platform.sqs();
  }

  test('keeps what was sent and not deleted, and forgets what was', async () => {
    await send('kept');
    await send('deleted');
    const messages = await receive({ VisibilityTimeout: 60 });
    await deleteMessage(messages.find(message => message.Body === 'deleted')!);
    await restart();
    expect(await counts()).toEqual([0, 1, 0]);
    advanceClockTo(61_000);
    const [kept] = await receive();
    expect([kept.Body, kept.Attributes?.ApproximateReceiveCount]).toEqual(['kept', '2']);
  });

  test('a receipt from before still deletes', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 60 });
    await restart();
    await deleteMessage(message);
    expect(await counts()).toEqual([0, 0, 0]);
  });
});

describe('permissions', () => {
  test('a role may do what its statements allow and nothing else', async () => {
    await send('a');
    const worker = platform.sqs(WORKER);
    const { Messages } = await worker.send(new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl }));
    expect(Messages).toHaveLength(1);
    await expect(worker.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'b' })))
      .rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining(`${WORKER} is not authorized to perform: sqs:SendMessage`) });
    await expect(worker.send(new ReceiveMessageCommand({ QueueUrl: platform.deadLettersUrl }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(platform.sqs(STRANGER).send(new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a batch needs the permission of the single call', async () => {
    await send('a');
    const worker = platform.sqs(WORKER);
    const { Messages = [] } = await worker.send(new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl }));
    const Entries = Messages.map(({ ReceiptHandle }) => ({ Id: 'a', ReceiptHandle }));
    expect((await worker.send(new DeleteMessageBatchCommand({ QueueUrl: platform.jobsUrl, Entries }))).Successful).toHaveLength(1);
    await expect(worker.send(new SendMessageBatchCommand({ QueueUrl: platform.jobsUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] })))
      .rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('an encrypted queue needs its key as well', async () => {
    await platform.close();
    const kmsKeyArn = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/jobs`;
    const mayUseKey = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn, Condition: { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } } };
    const mayReceive = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: JOBS_ARN };
    platform = await Platform.start({
      queues: [{ name: 'jobs', arn: JOBS_ARN, kmsKeyArn }],
      rules: [],
      principals: [
        { arn: WORKER, policies: [{ name: 'with key', document: { Statement: [mayReceive, mayUseKey] } }] },
        { arn: STRANGER, policies: [{ name: 'without key', document: { Statement: [mayReceive] } }] },
      ],
    });
    const receiving = new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl });
    await expect(platform.sqs(WORKER).send(receiving)).resolves.toBeDefined();
    await expect(platform.sqs(STRANGER).send(receiving)).rejects.toThrow(`kms:Decrypt on resource: ${kmsKeyArn}`);
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

async function changeVisibility({ ReceiptHandle }: Message, VisibilityTimeout: number): Promise<void> {
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: platform.jobsUrl, ReceiptHandle, VisibilityTimeout }));
}

async function deleteMessage({ ReceiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: platform.jobsUrl, ReceiptHandle }));
}
