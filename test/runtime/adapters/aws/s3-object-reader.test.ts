import { createServer, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { CREDENTIALS } from './catalog-fixture';
import { createS3Client } from '../../../../src/runtime/adapters/aws/clients';
import { S3ObjectReader } from '../../../../src/runtime/adapters/aws/s3-object-reader';
import { PermanentError, TransientError } from '../../../../src/runtime/domain/errors';

const KEY = 'media/id/1/master.m3u8';
let server: Server;
let reader: S3ObjectReader;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    expect(request.url).toBe(`/videos/${KEY}?x-id=GetObject`);
    answer(response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  reader = new S3ObjectReader(createS3Client({ endpoint, region: 'eu-central-1', credentials: CREDENTIALS, maxAttempts: 1 }), 'videos');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

function refuseWith(status: number, code: string): void {
  answer = response => response.writeHead(status, { 'Content-Type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}

test('reads an object as text', async () => {
  answer = response => response.end('#EXTM3U\nä');
  expect(await reader.read(KEY, 100)).toBe('#EXTM3U\nä');
});

test('reads nothing of an object that is larger than asked for, and lets its connection go', async () => {
  const closed = new Promise<boolean>(resolve => {
    answer = response => {
      response.on('close', () => resolve(response.writableFinished));
      response.writeHead(200, { 'Content-Length': 50_000_000 });
      response.write(Buffer.alloc(20_000_000));
    };
  });
  await expect(reader.read(KEY, 100)).rejects.toThrow(/50000000 bytes; at most 100/);
  expect(await closed).toBe(false);
});

test('answers undefined for an object that is not there', async () => {
  refuseWith(404, 'NoSuchKey');
  expect(await reader.read(KEY, 100)).toBeUndefined();
});

test.each([
  ['a missing permission', 403, 'AccessDenied', PermanentError],
  ['a busy bucket', 503, 'SlowDown', TransientError],
])('tells %s as what it is', async (_what, status, code, kind) => {
  refuseWith(status, code);
  await expect(reader.read(KEY, 100)).rejects.toThrow(kind);
});
