import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignatureError, SignedRequest, verifySignature } from '../../../../local/aws/sigv4';
import { Credential } from '../../../../local/aws/types';

const NOW = () => new Date();
const credential: Credential = {
  caller: { accessKeyId: 'AKIDEXAMPLE', principalArn: 'arn:aws:iam::111122223333:role/worker' },
  secretAccessKey: 'wJalrXUtnFEMI',
  sessionToken: 'a/token+with=signs',
};
const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'a/token+with=signs' };

let server: Server;
let endpoint: string;
let captured: SignedRequest;

beforeAll(async () => {
  server = createServer((request, response) => {
    void readAll(request).then(body => {
      captured = { method: request.method, url: request.url, headers: request.headers, body };
      response.end('{}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise(resolve => server.close(resolve)));

const config = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = identity) =>
  ({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 });

async function capture(send: () => Promise<unknown>): Promise<SignedRequest> {
  await send().catch(() => undefined);
  return captured;
}

const listTables = (credentials = identity) =>
  capture(() => new DynamoDBClient(config(credentials)).send(new ListTablesCommand({ Limit: 3 })));

const verify = (request: SignedRequest, service = 'dynamodb', overrides: { now?: () => Date; region?: string; credential?: Credential } = {}) =>
  verifySignature(request, {
    credentials: { find: id => (id === 'AKIDEXAMPLE' ? overrides.credential ?? credential : undefined) },
    service,
    region: overrides.region ?? 'eu-central-1',
    now: overrides.now ?? NOW,
  });

async function refusal(verification: Promise<unknown>): Promise<string> {
  return verification.then(() => 'accepted', (error: unknown) => {
    if (!(error instanceof SignatureError)) throw error;
    return error.code;
  });
}

describe('requests of the real clients verify', () => {
  test('DynamoDB', async () => {
    await expect(verify(await listTables())).resolves.toBe(credential);
  });

  test('SQS', async () => {
    const request = await capture(() => new SQSClient(config()).send(new SendMessageCommand({ QueueUrl: `${endpoint}/1/q`, MessageBody: 'é €' })));
    await expect(verify(request, 'sqs')).resolves.toBe(credential);
  });

  test('S3, with a key of reserved characters', async () => {
    const request = await capture(() => new S3Client(config()).send(new GetObjectCommand({ Bucket: 'b', Key: "a b/+=&!'()*~é" })));
    await expect(verify(request, 's3')).resolves.toBe(credential);
  });

  test('S3 presigned, with response overrides', async () => {
    const url = await getSignedUrl(new S3Client(config()), new GetObjectCommand({ Bucket: 'b', Key: 'a b', ResponseContentType: 'a/b; c="d"' }));
    const { pathname, search, host } = new URL(url);
    await expect(verify({ method: 'GET', url: pathname + search, headers: { host } }, 's3')).resolves.toBe(credential);
  });
});

describe('refusals', () => {
  test('an anonymous request', async () => {
    expect(await refusal(verify({ method: 'GET', url: '/', headers: {} }))).toBe('MissingAuthenticationToken');
  });

  test('an unknown key', async () => {
    expect(await refusal(verify(await listTables({ ...identity, accessKeyId: 'AKIDOTHER' })))).toBe('InvalidAccessKeyId');
  });

  test('a wrong secret', async () => {
    expect(await refusal(verify(await listTables({ ...identity, secretAccessKey: 'guess' })))).toBe('SignatureDoesNotMatch');
  });

  test('a missing session token', async () => {
    expect(await refusal(verify(await listTables({ ...identity, sessionToken: undefined as unknown as string })))).toBe('InvalidToken');
  });

  test('an expired credential', async () => {
    const expired = { ...credential, expiresAt: new Date(Date.now() - 1) };
    expect(await refusal(verify(await listTables(), 'dynamodb', { credential: expired }))).toBe('ExpiredToken');
  });

  test.each([-16, 16])('a clock %i minutes away', async minutes => {
    const now = () => new Date(Date.now() + minutes * 60_000);
    expect(await refusal(verify(await listTables(), 'dynamodb', { now }))).toBe('RequestTimeTooSkewed');
  });

  test('another region or service', async () => {
    const request = await listTables();
    expect(await refusal(verify(request, 'dynamodb', { region: 'us-east-1' }))).toBe('AuthorizationHeaderMalformed');
    expect(await refusal(verify(request, 'sqs'))).toBe('AuthorizationHeaderMalformed');
  });

  test('an altered body, path, method or header', async () => {
    const request = await listTables();
    expect(await refusal(verify({ ...request, body: Buffer.from('{"Limit":4}') }))).toMatch(/XAmzContentSHA256Mismatch|SignatureDoesNotMatch/);
    expect(await refusal(verify({ ...request, url: '/?x=1' }))).toBe('SignatureDoesNotMatch');
    expect(await refusal(verify({ ...request, method: 'PUT' }))).toBe('SignatureDoesNotMatch');
    expect(await refusal(verify({ ...request, headers: { ...request.headers, 'x-amz-target': 'DynamoDB_20120810.DeleteTable' } })))
      .toBe('SignatureDoesNotMatch');
    expect(await refusal(verify({ ...request, headers: { ...request.headers, 'x-amz-extra': '1' } }))).toBe('AccessDenied');
  });

  test('a presigned request after its time, or altered', async () => {
    const url = await getSignedUrl(new S3Client(config()), new GetObjectCommand({ Bucket: 'b', Key: 'k' }), { expiresIn: 60 });
    const { pathname, search, host } = new URL(url);
    const request = { method: 'GET', url: pathname + search, headers: { host } };
    expect(await refusal(verify(request, 's3', { now: () => new Date(Date.now() + 62_000) }))).toBe('AccessDenied');
    expect(await refusal(verify({ ...request, url: request.url.replace('Expires=60', 'Expires=6000') }, 's3'))).toBe('SignatureDoesNotMatch');
    expect(await refusal(verify({ ...request, url: request.url.replace('Expires=60', 'Expires=999999') }, 's3')))
      .toBe('AuthorizationQueryParametersError');
  });

  test('a path that is not percent-encoded UTF-8', async () => {
    const request = await capture(() => new S3Client(config()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })));
    expect(await refusal(verify({ ...request, url: '/b/%FF' }, 's3'))).toBe('InvalidURI');
  });
});

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
