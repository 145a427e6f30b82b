import { createHash } from 'crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SQSClient, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { Platform, REGION, STRANGER, WORKER } from '../support/platform';

let platform: Platform;
let sqs: SQSClient;
beforeEach(async () => {
  platform = await Platform.start();
  sqs = platform.sqs();
});
afterEach(() => platform.close());

/** As SDKs of before November 2023 call: a form, here to the queue's own URL. */
async function call(parameters: Record<string, string>, principalArn?: string, path = '/111122223333/jobs'): Promise<{ status: number; xml: string }> {
  const { endpoint, credentials } = platform.config(principalArn);
  const url = new URL(path, endpoint);
  const body = new URLSearchParams({ Version: '2012-11-05', ...parameters }).toString();
  const signer = new SignatureV4({ service: 'sqs', region: REGION, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(new HttpRequest({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path,
    body,
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  }));
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, xml: await answer.text() };
}

test('a message with attributes goes in, and is what the JSON protocol gives out', async () => {
  const sent = await call({
    Action: 'SendMessage',
    MessageBody: '<a> & b',
    'MessageAttribute.1.Name': 'kind',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'test',
  });
  expect(sent.xml).toContain('<SendMessageResult><MessageId>');
  expect(sent.xml).toContain(`<MD5OfMessageBody>${createHash('md5').update('<a> & b').digest('hex')}</MD5OfMessageBody>`);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl, MessageAttributeNames: ['All'], VisibilityTimeout: 0 }));
  expect(Messages).toMatchObject([{ Body: '<a> & b', MessageAttributes: { kind: { StringValue: 'test' } } }]);
});

test('a message comes out with what was asked for', async () => {
  await call({ Action: 'SendMessage', MessageBody: 'one' });
  const { xml } = await call({ Action: 'ReceiveMessage', MaxNumberOfMessages: '10', VisibilityTimeout: '0', 'AttributeName.1': 'All' });
  expect(xml).toMatch(/<Message><MessageId>.*<Body>one<\/Body>.*<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>.*<\/Message>/);
});

test.each<[string, () => ReturnType<typeof call>, RegExp, number]>([
  ['a queue that is not there', () => call({ Action: 'PurgeQueue' }, undefined, '/111122223333/nowhere'), /<Type>Sender<\/Type><Code>AWS.SimpleQueueService.NonExistentQueue</, 400],
  ['a caller without the permission', () => call({ Action: 'ReceiveMessage' }, STRANGER), /<Code>AccessDenied<\/Code><Message>User: .*stranger/, 403],
  ['a caller whose policy has another action', () => call({ Action: 'PurgeQueue' }, WORKER), /<Code>AccessDenied</, 403],
  ['a batch', () => call({ Action: 'SendMessageBatch', 'SendMessageBatchRequestEntry.1.Id': 'a' }), /does not implement SendMessageBatch/, 400],
  ['what is not implemented', () => call({ Action: 'CreateQueue', QueueName: 'new' }), /does not implement CreateQueue: .* queues come from the template/, 400],
  ['a form without an action', () => call({}), /<Code>AWS.SimpleQueueService.UnsupportedOperation</, 400],
])('%s is refused in its words', async (_, refused, words, status) => {
  const { xml, status: got } = await refused();
  expect(xml).toMatch(words);
  expect(got).toBe(status);
});
