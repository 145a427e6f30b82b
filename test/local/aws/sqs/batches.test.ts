import {
  ChangeMessageVisibilityBatchCommand, CreateQueueCommand, DeleteMessageBatchCommand, SendMessageBatchCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { QueueDriver } from '../support/queue-driver';

const jobs = new QueueDriver();
beforeEach(() => jobs.start());
afterEach(() => jobs.close());

describe('batches', () => {
  test('send: a bad entry fails by itself', async () => {
    const { Successful = [], Failed = [] } = await jobs.sqs.send(new SendMessageBatchCommand({
      QueueUrl: jobs.platform.jobsUrl,
      Entries: [{ Id: 'good', MessageBody: 'a' }, { Id: 'bad', MessageBody: 'nul \u0000' }, { Id: 'late', MessageBody: 'c', DelaySeconds: 901 }],
    }));
    expect(Successful.map(entry => entry.Id)).toEqual(['good']);
    expect(Failed.map(entry => [entry.Id, entry.Code, entry.SenderFault])).toEqual([
      ['bad', 'InvalidMessageContents', true], ['late', 'InvalidParameterValue', true],
    ]);
    expect(await jobs.counts()).toEqual([1, 0, 0]);
  });

  test('delete and change visibility: a bad receipt fails by itself', async () => {
    await jobs.send('a');
    await jobs.send('b');
    const [a, b] = await jobs.receive({ VisibilityTimeout: 60 });
    const changed = await jobs.sqs.send(new ChangeMessageVisibilityBatchCommand({
      QueueUrl: jobs.platform.jobsUrl,
      Entries: [{ Id: 'a', ReceiptHandle: a.ReceiptHandle, VisibilityTimeout: 120 }, { Id: 'x', ReceiptHandle: 'nonsense', VisibilityTimeout: 1 }],
    }));
    expect([changed.Successful?.map(entry => entry.Id), changed.Failed?.map(entry => entry.Code)]).toEqual([['a'], ['ReceiptHandleIsInvalid']]);
    const deleted = await jobs.sqs.send(new DeleteMessageBatchCommand({
      QueueUrl: jobs.platform.jobsUrl, Entries: [{ Id: 'b', ReceiptHandle: b.ReceiptHandle }, { Id: 'x', ReceiptHandle: 'nonsense' }],
    }));
    expect([deleted.Successful?.map(entry => entry.Id), deleted.Failed?.map(entry => entry.Code)]).toEqual([['b'], ['ReceiptHandleIsInvalid']]);
    expect(await jobs.counts()).toEqual([0, 1, 0]);
  });

  test.each<[string, string[]]>([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', [...'abcdefghijk']],
    ['BatchEntryIdsNotDistinct', ['a', 'a']],
    ['InvalidBatchEntryId', ['not allowed']],
  ])('%s fails the batch as a whole', async (name, ids) => {
    const batch = new SendMessageBatchCommand({ QueueUrl: jobs.platform.jobsUrl, Entries: ids.map(Id => ({ Id, MessageBody: 'x' })) });
    await expect(jobs.sqs.send(batch)).rejects.toMatchObject({ name });
    expect(await jobs.counts()).toEqual([0, 0, 0]);
  });
});

describe('messages', () => {
  test('attributes arrive with the digest that the SDK knows, when they are asked for', async () => {
    const MessageAttributes = {
      'correlation.id': { DataType: 'String', StringValue: 'ünïcode' },
      size: { DataType: 'Number', StringValue: '12' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const sent = await jobs.sqs.send(new SendMessageCommand({ QueueUrl: jobs.platform.jobsUrl, MessageBody: 'a', MessageAttributes }));
    const [bare] = await jobs.receive({ VisibilityTimeout: 0 });
    expect(bare.MessageAttributes).toBeUndefined();
    const [full] = await jobs.receive({ MessageAttributeNames: ['correlation.*', 'raw'] });
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
    await expect(jobs.sqs.send(new SendMessageCommand({ QueueUrl: jobs.platform.jobsUrl, MessageBody: 'a', ...input }))).rejects.toMatchObject({ name });
  });

  test('up to 1 MiB of four-byte characters goes through unharmed', async () => {
    const body = '🎬'.repeat(262_144);
    await jobs.send(body);
    expect((await jobs.receive())[0].Body === body).toBe(true);
  });

  test('a call that is not implemented is named', async () => {
    await expect(jobs.sqs.send(new CreateQueueCommand({ QueueName: 'new' }))).rejects.toThrow('does not implement CreateQueue; queues come from the template');
  });
});
