import { execFileSync } from 'child_process';
import * as http from 'http';
import * as net from 'net';
import * as path from 'path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand, ServiceInputTypes, ServiceOutputTypes, SQSClient,
} from '@aws-sdk/client-sqs';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { Platform, ACCOUNT, BUCKET, BUCKET_ARN, JOBS_ARN, REGION, RULE_ARN, STRANGER, TABLE, WORKER } from './support/platform';
import { FailedDelivery } from '../../../local/aws/events';
import { CallRecord, InterceptedCall } from '../../../local/aws/gateway';
import { operatorArn } from '../../../local/aws/iam';
import { until } from '../../support/until';

let platform: Platform;
let calls: CallRecord[];
let failures: FailedDelivery[];
let intercept: (call: InterceptedCall) => Promise<boolean>;

beforeEach(async () => {
  [calls, failures, intercept] = [[], [], async () => false];
  platform = await Platform.start({
    onCall: call => calls.push(call),
    onFailedDelivery: failure => failures.push(failure),
    intercept: call => intercept(call),
  });
});
afterEach(() => platform.close());

const upload = (Key: string) => platform.s3().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'bytes' }));
const receive = () => new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl, WaitTimeSeconds: 0 });

describe('S3 in the gateway', () => {
  test('a role may do what its statements allow and nothing else', async () => {
    await upload('uploads/1/source');
    const worker = platform.s3(WORKER);
    const { Body } = await worker.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'uploads/1/source' }));
    expect(await Body?.transformToString()).toBe('bytes');
    for (const refused of [
      worker.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'uploads/1/source', Body: 'forged' })),
      worker.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'uploads/1/source' })),
      platform.s3(STRANGER).send(new GetObjectCommand({ Bucket: BUCKET, Key: 'uploads/1/source' })),
    ]) await expect(refused).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  test('a new object reaches the queue as the event that the rule asks for', async () => {
    await upload('uploads/1/source');
    await upload('media/1/master.m3u8');
    const all = new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await platform.sqs(WORKER).send(all);
    expect(Messages.map(message => JSON.parse(message.Body!))).toEqual([expect.objectContaining({
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: ACCOUNT,
      region: REGION,
      resources: [BUCKET_ARN],
      detail: expect.objectContaining({
        reason: 'PutObject',
        bucket: { name: BUCKET },
        object: {
          key: 'uploads/1/source',
          size: 5,
          etag: '4b3a6218bb3e3a7303e8a171a60fcf92',
          'version-id': expect.any(String),
          sequencer: expect.stringMatching(/^[0-9A-F]+$/),
        },
      }),
    })]);
  });

  test('an event that the queue\'s policy keeps out is reported, and the upload stands', async () => {
    await platform.close();
    platform = await Platform.start({ resourcePolicies: [], onFailedDelivery: failure => failures.push(failure) });
    await upload('uploads/1/source');
    expect(failures).toEqual([{ ruleArn: RULE_ARN, targetArn: JOBS_ARN, error: expect.stringContaining('sqs:SendMessage') }]);
  });
});

describe('the log of calls', () => {
  test('says who asked for what, and how it ended', async () => {
    await upload('uploads/1/source');
    await platform.sqs(STRANGER).send(receive()).catch(() => undefined);
    await platform.dynamodb(WORKER).send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }));
    expect(calls).toEqual([
      { service: 's3', operation: 'PutObject', principalArn: operatorArn(ACCOUNT), resource: `${BUCKET_ARN}/uploads/1/source`, status: 200 },
      { service: 'sqs', operation: 'ReceiveMessage', principalArn: STRANGER, resource: JOBS_ARN, status: 403 },
      { service: 'dynamodb', operation: 'GetItem', principalArn: WORKER, resource: expect.stringContaining('table/catalog'), status: 200 },
    ]);
  });

  test('what was used and what was not can be told apart afterwards', async () => {
    await platform.sqs(WORKER).send(receive());
    expect(platform.gateway.usage()).toEqual([{ principalArn: WORKER, action: 'sqs:ReceiveMessage', resource: JOBS_ARN }]);
    const unused = platform.gateway.authorizer.unusedGrants(WORKER).map(grant => grant.action);
    expect(unused).toContain('sqs:DeleteMessage');
    expect(unused).not.toContain('sqs:ReceiveMessage');
  });
});

describe('interception', () => {
  test('a fault answers in the place of the service', async () => {
    intercept = async ({ operation, response }) => {
      if (operation !== 'SendMessage') return false;
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"InternalFailure"}');
      return true;
    };
    await expect(platform.sqs().send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'a' })))
      .rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(platform.sqs().send(receive())).resolves.not.toHaveProperty('Messages');
  });

  test('a connection can be cut after the service has done its work', async () => {
    intercept = async ({ operation, response }) => {
      if (operation === 'SendMessage') response.writeHead = () => response.destroy() as never;
      return false;
    };
    await expect(platform.sqs().send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: 'a' }))).rejects.toThrow();
    expect((await platform.sqs().send(receive())).Messages).toHaveLength(1);
  });

  test('it sees service, operation and body of each call', async () => {
    const seen: unknown[] = [];
    intercept = async ({ service, operation, body }) => {
      seen.push([service, operation, body && Object.keys(JSON.parse(body.toString())).sort()]);
      return false;
    };
    await upload('uploads/1/source');
    await platform.sqs().send(receive());
    expect(seen).toEqual([['s3', 'PutObject', undefined], ['sqs', 'ReceiveMessage', ['QueueUrl', 'WaitTimeSeconds']]]);
  });
});

describe('signatures', () => {
  const list = () => new ListQueuesCommand({});
  const client = (change: object) => new SQSClient({ ...platform.config(), ...change });

  test.each<[string, () => object, string]>([
    ['an unknown key', () => ({ credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }), 'UnrecognizedClientException'],
    ['a wrong secret', () => ({ credentials: { ...platform.config().credentials, secretAccessKey: 'x' } }), 'InvalidSignatureException'],
    ['a temporary key without its token', () => {
      const { accessKeyId, secretAccessKey } = platform.config(WORKER).credentials;
      return { credentials: { accessKeyId, secretAccessKey } };
    }, 'UnrecognizedClientException'],
    ['another region', () => ({ region: 'us-west-2' }), 'IncompleteSignatureException'],
    ['an expired key', () => ({ credentials: platform.gateway.credentials.issue(WORKER, { ttlSeconds: -1 }) }), 'ExpiredTokenException'],
  ])('%s is refused', async (_, change, name) => {
    await expect(client(change()).send(list())).rejects.toMatchObject({ name });
  });

  test('a body that was changed on the way is refused', async () => {
    const sqs = platform.sqs();
    const tamper: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = next => args => {
      const request = args.request as { body: unknown };
      request.body = new TextDecoder().decode(request.body as Uint8Array).replace('mine', 'hers');
      return next(args);
    };
    sqs.middlewareStack.addRelativeTo(tamper, { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'tamper' });
    await expect(sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'mine' }))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });
});

describe('what the gateway does not speak', () => {
  test.each([
    ['kms', 'TrentService.Decrypt'],
    ['monitoring', 'GraniteServiceVersion20100801.PutMetricData'],
    ['sqs', 'AmazonSNS.Publish'],
  ])('%s is refused by the name of the call', async (service, target) => {
    const { status, body } = await post(service, { 'x-amz-target': target });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      __type: 'UnknownOperationException',
      message: `The local gateway does not implement ${service === 'sqs' ? 'AmazonSNS' : service} (call ${target}); it speaks s3, sqs, dynamodb, secretsmanager, `
        + 'and of ecs and cloudfront what the platform needs.',
    });
  });

  test('a service without targets is refused by its path', async () => {
    expect(JSON.parse((await post('lambda', {})).body).message).toContain('does not implement lambda (call POST /path)');
  });

  test('a body beyond every limit is refused', async () => {
    const { status } = await post('sqs', { 'x-amz-target': 'AmazonSQS.SendMessage' }, Buffer.alloc(17 * 1024 * 1024));
    expect(status).toBe(413);
  });

  test('a caller that hangs up in the middle of its request is no failure of the service', async () => {
    const { hostname, port } = new URL(platform.gateway.endpoint);
    const socket = net.connect(Number(port), hostname);
    socket.write([
      'POST / HTTP/1.1', 'host: x', 'x-amz-target: DynamoDB_20120810.GetItem', 'content-length: 100',
      `authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260131/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`, '', '{"Table',
    ].join('\r\n'));
    await new Promise(resolve => setTimeout(resolve, 100));
    socket.destroy();
    await until(() => calls.length > 0);
    expect(calls).toEqual([expect.objectContaining({ operation: 'GetItem', status: 499 })]);
  });

  /** A request that names a service in its credential scope; its signature does not matter. */
  function post(service: string, headers: Record<string, string>, body: string | Buffer = '{}'): Promise<{ status: number; body: string }> {
    const authorization = service === 'sqs' && headers['x-amz-target'] === 'AmazonSNS.Publish' ? {} : {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260131/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      'x-amz-date': '20260131T000000Z',
    };
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: false, headers: { ...authorization, ...headers } };
      const request = http.request(`${platform.gateway.endpoint}/path`, options, response => {
        let text = '';
        response.on('data', chunk => { text += chunk; });
        response.on('end', () => resolve({ status: response.statusCode!, body: text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }
});

describe('starting and ending', () => {
  test('listens on the loopback interface only', () => {
    expect(platform.gateway.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('a port in use is said so', async () => {
    const port = Number(new URL(platform.gateway.endpoint).port);
    await expect(Platform.start({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
  });

  test('a policy that it cannot evaluate stops it', async () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } };
    const document = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] };
    await expect(Platform.start({ principals: [{ arn: WORKER, policies: [{ name: 'dated', document }] }] })).rejects.toThrow('policy dated');
  });

  test('a process that closes its gateway ends by itself', () => {
    const script = path.join(__dirname, 'support', 'open-and-close.ts');
    const tsx = require.resolve('tsx/cli');
    const root = path.resolve(__dirname, '..', '..', '..');
    const command = [tsx, '--tsconfig', 'tsconfig.dev.json', script];
    const output = execFileSync(process.execPath, command, { cwd: root, timeout: 20_000, encoding: 'utf8' });
    expect(output).toContain('closed');
  });
});

describe('credentials of a container', () => {
  const saved = { ...process.env };
  afterEach(() => { process.env = { ...saved }; });

  function containerClient(): DynamoDBClient {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env.AWS_SHARED_CREDENTIALS_FILE = process.env.AWS_CONFIG_FILE = '/nonexistent';
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = platform.gateway.endpoint + platform.gateway.credentials.containerPath(WORKER);
    return new DynamoDBClient({ endpoint: platform.gateway.endpoint, region: REGION, maxAttempts: 1 });
  }
  const read = new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: 'b' } } });

  test('the SDK fetches the role\'s keys from the address in its environment', async () => {
    await expect(containerClient().send(read)).resolves.toBeDefined();
    expect(calls.map(call => [call.service, call.principalArn])).toEqual([['credentials', undefined], ['dynamodb', WORKER]]);
  });

  test('keys that end soon are fetched anew, and each fetch gives another', async () => {
    platform.gateway.credentials.setTtl(60);
    const client = containerClient();
    await client.send(read);
    const first = (await client.config.credentials()).accessKeyId;
    await client.send(read);
    expect((await client.config.credentials()).accessKeyId).not.toBe(first);
  });

  test('a revoked session is refused as expired', async () => {
    const client = containerClient();
    await client.send(read);
    platform.gateway.credentials.expireNow(WORKER);
    await expect(client.send(read)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  test('an id that was never given out gets nothing', async () => {
    const response = await fetch(`${platform.gateway.endpoint}/credentials/${'0'.repeat(32)}`);
    expect(response.status).toBe(404);
  });
});
