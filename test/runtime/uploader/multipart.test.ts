import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { APIGatewayProxyResult } from 'aws-lambda';
import { BUCKET, createUploader } from './uploader-fixture';
import { Crc64Nvme } from '../../../local/aws/s3/crc';
import { partSizeFor, ROUTES, sourceKey } from '../../../src/runtime/contract';
import { Api } from '../../../src/runtime/http/api';
import { bytes, LocalS3, refusalOf, startS3 } from '../../local/aws/s3/support';
import { CatalogFixture, startCatalog } from '../adapters/aws/catalog-fixture';
import { apiEvent, bodyOf, EventOptions } from '../http/api-event';

const MEBIBYTE = 1024 * 1024;
const FILE = bytes(64 * MEBIBYTE + 12_345);
const PART_SIZE = 8 * MEBIBYTE;
const PART_COUNT = 9;

type RouteName = 'createUpload' | 'getUpload' | 'abortUpload' | 'signParts' | 'listParts' | 'completeUpload';
interface Signed { readonly url: string; readonly headers: Record<string, string> }
interface Stored { readonly partNumber: number; readonly sizeBytes: number; readonly checksum: string }

let s3: LocalS3;
let fixture: CatalogFixture;
let api: Api<'uploader'>;
let videoId: string;

beforeAll(async () => {
  [s3, fixture] = await Promise.all([startS3(), startCatalog()]);
  api = createUploader(s3.endpoint, fixture);
});
afterAll(async () => {
  await Promise.all([s3.destroy(), fixture.stop()]);
});

beforeEach(async () => {
  const created = await call('createUpload', { body: { fileName: 'a.mp4', contentType: 'video/mp4', sizeBytes: FILE.length } });
  expect(created.statusCode).toBe(201);
  expect(bodyOf(created)).toMatchObject({ method: 'multipart', partSize: PART_SIZE, partCount: PART_COUNT, status: 'AWAITING_UPLOAD' });
  ({ videoId } = bodyOf<{ videoId: string }>(created));
});

function call(route: RouteName, options: EventOptions = {}): Promise<APIGatewayProxyResult> {
  return api.handle(apiEvent(ROUTES[route], { pathParameters: route === 'createUpload' ? undefined : { videoId }, ...options }));
}

async function codeOf(answer: Promise<APIGatewayProxyResult>): Promise<string> {
  const result = await answer;
  return `${result.statusCode} ${bodyOf<{ code: string }>(result).code}`;
}

const known = new Map<string, string>();

/** Of a range of the file; each is computed once. */
function checksumOf(data: Buffer): string {
  const range = `${data.byteOffset} ${data.length}`;
  if (!known.has(range)) {
    const checksum = new Crc64Nvme();
    checksum.update(data);
    known.set(range, checksum.digest().toString('base64'));
  }
  return known.get(range)!;
}

function part(partNumber: number): Buffer {
  return FILE.subarray((partNumber - 1) * PART_SIZE, partNumber * PART_SIZE);
}

async function sign(partNumber: number): Promise<Signed> {
  const parts = [{ partNumber, sizeBytes: part(partNumber).length, checksum: checksumOf(part(partNumber)) }];
  return bodyOf<{ parts: Signed[] }>(await call('signParts', { body: { parts } })).parts[0];
}

async function put(partNumber: number, body = part(partNumber)): Promise<Response> {
  const { url, headers } = await sign(partNumber);
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));
  return fetch(url, { method: 'PUT', headers: sent, body: new Uint8Array(body) });
}

async function putAll(): Promise<void> {
  // Backwards: the order in which parts arrive means nothing.
  for (let partNumber = PART_COUNT; partNumber >= 1; partNumber -= 1) expect((await put(partNumber)).status).toBe(200);
}

function complete(checksum = checksumOf(FILE)): Promise<APIGatewayProxyResult> {
  return call('completeUpload', { body: { checksum } });
}

async function openUploads(): Promise<number> {
  const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  return Uploads.filter(({ Key }) => Key === sourceKey(videoId)).length;
}

test('parts in any order become the source, once, however often and however many complete it', async () => {
  await putAll();
  const { parts } = bodyOf<{ parts: Stored[] }>(await call('listParts'));
  const listed = parts.map(({ partNumber, sizeBytes, checksum }) => ({ partNumber, sizeBytes, checksum }));
  expect(listed).toEqual(Array.from({ length: PART_COUNT }, (_, index) => ({
    partNumber: index + 1, sizeBytes: part(index + 1).length, checksum: checksumOf(part(index + 1)),
  })));

  const answers = await Promise.all([complete(), complete()]);
  answers.push(await complete());
  expect(answers.map(answer => [answer.statusCode, bodyOf(answer)])).toEqual(Array(3).fill([200, { videoId, status: 'QUEUED' }]));
  const source = await s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: sourceKey(videoId), ChecksumMode: 'ENABLED' }));
  expect(source).toMatchObject({ ContentLength: FILE.length, ChecksumCRC64NVME: checksumOf(FILE), ContentType: 'video/mp4', Metadata: { 'video-id': videoId } });
  expect(s3.events.filter(({ key }) => key === sourceKey(videoId))).toHaveLength(1);
  expect(await codeOf(call('abortUpload'))).toBe('409 UPLOAD_COMPLETE');
});

test('a signature takes the bytes that it was made for, and no others', async () => {
  const changed = Buffer.from(part(1));
  changed[5] += 1;
  expect(await refusalOf(put(1, changed))).toMatch(/^400 /);
  expect(await refusalOf(put(1, part(1).subarray(1)))).toMatch(/^403 SignatureDoesNotMatch/);
  expect(bodyOf(await call('listParts'))).toEqual({ parts: [] });
});

test('with a part missing nothing is completed, and the upload goes on', async () => {
  await put(1);
  expect(await codeOf(complete())).toBe('409 UPLOAD_INCOMPLETE');
  expect((await put(2)).status).toBe(200);
});

test('bytes that are not those of the file are refused, and nothing is left of them', async () => {
  await putAll();
  expect(await codeOf(complete(checksumOf(part(1))))).toBe('409 CHECKSUM_MISMATCH');
  expect(bodyOf(await call('getUpload'))).toMatchObject({ status: 'REJECTED', failure: { code: 'CHECKSUM_MISMATCH' } });
  expect(await openUploads()).toBe(0);
  await expect(s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: sourceKey(videoId) }))).rejects.toThrow();
});

test('after an abort there is no upload and no video, and a second abort finds none', async () => {
  await put(1);
  expect(await openUploads()).toBe(1);
  expect((await call('abortUpload')).statusCode).toBe(204);
  expect(await openUploads()).toBe(0);
  for (const route of ['getUpload', 'listParts', 'abortUpload'] as const) expect(await codeOf(call(route))).toBe('404 VIDEO_NOT_FOUND');
  expect(await codeOf(complete())).toBe('404 VIDEO_NOT_FOUND');
});

test('nobody else learns that there is an upload', async () => {
  const stranger = { userId: 'stranger' };
  const signing = { ...stranger, body: { parts: [{ partNumber: 1, sizeBytes: PART_SIZE, checksum: checksumOf(part(1)) }] } };
  for (const route of ['getUpload', 'listParts', 'abortUpload'] as const) expect(await codeOf(call(route, stranger))).toBe('404 VIDEO_NOT_FOUND');
  expect(await codeOf(call('signParts', signing))).toBe('404 VIDEO_NOT_FOUND');
  expect(await codeOf(call('completeUpload', { ...stranger, body: { checksum: checksumOf(FILE) } }))).toBe('404 VIDEO_NOT_FOUND');
  expect(bodyOf(await call('getUpload'))).toMatchObject({ status: 'AWAITING_UPLOAD' });
});

test.each([
  ['part 10,001', { partNumber: 10_001 }, '400 PART_INVALID'],
  ['part 0', { partNumber: 0 }, '400 BODY_INVALID'],
  ['a part of 1 byte in the middle', { sizeBytes: 1 }, '400 PART_INVALID'],
  ['a last part that is too long', { partNumber: PART_COUNT }, '400 PART_INVALID'],
  ['a checksum of 4 bytes', { checksum: 'AAAAAA==' }, '400 BODY_INVALID'],
  ['an unknown field', { uploadId: 'x' }, '400 BODY_INVALID'],
])('%s is not signed', async (_what, changes, code) => {
  const parts = [{ partNumber: 1, sizeBytes: PART_SIZE, checksum: checksumOf(part(1)), ...changes }];
  expect(await codeOf(call('signParts', { body: { parts } }))).toBe(code);
});

test('one page lists every part, up to the largest object of S3', () => {
  for (const size of [65 * MEBIBYTE, 5 * 1024 ** 3, 5 * 1024 ** 4]) {
    expect(Math.ceil(size / partSizeFor(size))).toBeLessThanOrEqual(1000);
    expect(partSizeFor(size)).toBeLessThanOrEqual(5.25 * 1024 ** 3);
  }
});
