import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { APIGatewayProxyResult } from 'aws-lambda';
import { fromVideoItem } from '../../../src/runtime/adapters/aws/dynamodb-video-item';
import { ROUTES } from '../../../src/runtime/contract';
import { Video, VideoStatus } from '../../../src/runtime/domain/video';
import { CatalogFixture, startCatalog, TABLE, videoIdOf } from '../adapters/aws/catalog-fixture';
import { setServiceEnvironment } from '../adapters/aws/service-environment';
import { apiEvent, bodyOf, EventOptions } from '../http/api-event';

type Handler = (event: object) => Promise<APIGatewayProxyResult | void>;
interface UploadAnswer {
  readonly videoId: string;
  readonly status: string;
  readonly correlationId: string;
  readonly upload: { readonly url: string; readonly fields: Record<string, string>; readonly expiresAt: string };
}

const BODY = { fileName: 'holiday.mp4', contentType: 'video/mp4', sizeBytes: 1000 };
const MAX_BYTES = 500_000_000;

let fixture: CatalogFixture;
let handler: Handler;

beforeAll(async () => {
  fixture = await startCatalog();
  setServiceEnvironment({ dynamodb: fixture.endpoint }, { MAX_UPLOAD_BYTES: String(MAX_BYTES), UPLOAD_EXPIRY_SECONDS: '900' });
  ({ handler } = load());
});
afterAll(() => fixture.stop());

/** Reads the environment, as a cold start does. */
function load(): { handler: Handler } {
  return jest.requireActual<{ handler: Handler }>('../../../src/runtime/uploader/handler');
}

async function post(options: EventOptions): Promise<APIGatewayProxyResult> {
  return await handler(apiEvent(ROUTES.createUpload, options)) as APIGatewayProxyResult;
}

async function stored(): Promise<Video[]> {
  const { Items = [] } = await fixture.client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }));
  return Items.filter(({ sk }) => sk.S === 'VIDEO').map(fromVideoItem);
}

describe('POST /api/uploader/upload', () => {
  test('answers 201 with a form, and the catalog knows the video', async () => {
    const result = await post({ body: { ...BODY, title: ' Our <b>holiday</b> ', visibility: 'public' }, headers: { 'X-Correlation-ID': 'trip-1' } });
    expect(result.statusCode).toBe(201);
    const answer = bodyOf<UploadAnswer>(result);
    expect(answer).toMatchObject({ status: 'AWAITING_UPLOAD', correlationId: 'trip-1' });
    expect(answer.upload.fields).toMatchObject({
      key: `uploads/${answer.videoId}/source`,
      'Content-Type': 'video/mp4',
      'x-amz-meta-correlation-id': 'trip-1',
      'x-amz-meta-video-id': answer.videoId,
    });
    const policy = JSON.parse(Buffer.from(answer.upload.fields.Policy, 'base64').toString()) as { conditions: unknown[] };
    expect(policy.conditions).toContainEqual(['content-length-range', 1000, 1000]);
    const minutes = (new Date(answer.upload.expiresAt).getTime() - Date.now()) / 60_000;
    expect(minutes).toBeLessThanOrEqual(15);
    expect((await stored()).find(({ videoId }) => videoId === answer.videoId)).toMatchObject({
      ownerId: 'owner-1', title: 'Our <b>holiday</b>', fileName: 'holiday.mp4', visibility: 'public', correlationId: 'trip-1', sizeBytes: 1000,
    });
  });

  test('a video is private, and called by its file, unless said otherwise', async () => {
    const { videoId } = bodyOf<UploadAnswer>(await post({ body: BODY }));
    expect((await stored()).find(video => video.videoId === videoId)).toMatchObject({ visibility: 'private', title: 'holiday' });
  });

  test.each([['../../x.mp4'], ['a\r\nX: y.mp4'], ['a\u0000b.mp4'], ['gpj\u202e4pm.mp4'], ['..\\x.mp4']])(
    'a file called %j is stored escaped and never becomes a key', async fileName => {
      const result = await post({ body: { ...BODY, fileName } });
      const answer = bodyOf<UploadAnswer>(result);
      expect(answer.upload.fields.key).toBe(`uploads/${answer.videoId}/source`);
      expect(JSON.stringify(answer.upload.fields)).not.toContain('x.mp4');
      const video = (await stored()).find(({ videoId }) => videoId === answer.videoId)!;
      expect(video.fileName + video.title).not.toMatch(/[\p{Cc}\u202e/\\]/u);
    });

  describe('refuses without any effect', () => {
    test.each([
      ['no token', { body: BODY, userId: null }, 401],
      ['an ID token', { body: BODY, claims: { token_use: 'id' } }, 401],
      ['a name of 10 KB', { body: { ...BODY, fileName: `${'n'.repeat(10_240)}.mp4` } }, 400],
      ['an empty name', { body: { ...BODY, fileName: ' ' } }, 400],
      ['a size of 0', { body: { ...BODY, sizeBytes: 0 } }, 400],
      ['a negative size', { body: { ...BODY, sizeBytes: -1 } }, 400],
      ['a size of 1e309', { body: JSON.stringify(BODY).replace('1000', '1e309') }, 400],
      ['a size in a string', { body: { ...BODY, sizeBytes: '1000' } }, 400],
      ['half a byte', { body: { ...BODY, sizeBytes: 0.5 } }, 400],
      ['no size', { body: { ...BODY, sizeBytes: undefined } }, 400],
      ['a size above the cap', { body: { ...BODY, sizeBytes: MAX_BYTES + 1 } }, 413],
      ['HTML', { body: { ...BODY, fileName: 'x.html', contentType: 'text/html' } }, 415],
      ['SVG', { body: { ...BODY, fileName: 'x.svg', contentType: 'image/svg+xml' } }, 415],
      ['HTML called a video', { body: { ...BODY, contentType: 'text/html' } }, 415],
      ['a video called HTML', { body: { ...BODY, fileName: 'x.html' } }, 415],
      ['an extension of another type', { body: { ...BODY, fileName: 'x.webm' } }, 415],
      ['a type with parameters', { body: { ...BODY, contentType: 'video/mp4; x=y' } }, 415],
      ['a type with a line break', { body: { ...BODY, contentType: 'video/mp4\r\nX: y' } }, 415],
      ['an extension that every object has', { body: { ...BODY, fileName: 'x.valueOf' } }, 415],
      ['no extension', { body: { ...BODY, fileName: 'mp4' } }, 415],
      ['a body of another type', { body: BODY, headers: { 'content-type': 'multipart/form-data' } }, 415],
      ['duplicate keys', { body: '{"fileName":"a.mp4","fileName":"b.mp4","contentType":"video/mp4","sizeBytes":1}' }, 400],
      ['__proto__', { body: '{"__proto__":{"ownerId":"x"},"fileName":"a.mp4","contentType":"video/mp4","sizeBytes":1}' }, 400],
      ['10,000 levels', { body: '{"fileName":'.repeat(10_000) }, 413],
      ['1,000 levels', { body: '{"fileName":'.repeat(1000) }, 400],
      ['a body of 7 MB', { body: { ...BODY, title: 'x'.repeat(7_000_000) } }, 413],
      ['an owner', { body: { ...BODY, ownerId: 'somebody' } }, 400],
      ['a status', { body: { ...BODY, status: 'READY' } }, 400],
      ['an unknown visibility', { body: { ...BODY, visibility: 'everyone' } }, 400],
      ['a title of 201 characters', { body: { ...BODY, title: 'x'.repeat(201) } }, 400],
      ['a query', { body: BODY, query: { ownerId: 'somebody' } }, 400],
      ['an idempotency key with a space', { body: BODY, headers: { 'Idempotency-Key': 'a b' } }, 400],
      ['an array', { body: [BODY] }, 400],
      ['a byte-order mark', { body: `\ufeff${JSON.stringify(BODY)}` }, 400],
      ['bytes that are no UTF-8', { body: { ...BODY, title: 'a\ufffd' } }, 400],
      ['two different idempotency keys', { body: BODY, headers: { 'Idempotency-Key': 'a', 'idempotency-key': 'b' } }, 400],
      ['an idempotency key of 129 characters', { body: BODY, headers: { 'Idempotency-Key': 'k'.repeat(129) } }, 400],
    ] as Array<[string, EventOptions, number]>)('%s', async (_what, options, status) => {
      const before = await stored();
      const result = await post(options);
      expect(result.statusCode).toBe(status);
      expect(result.headers?.['Content-Type']).toBe('application/problem+json');
      expect(result.body).not.toMatch(/\.ts:\d|node_modules|    at /);
      expect(await stored()).toEqual(before);
    });
  });

  test('a repeated Idempotency-Key gives the same answer, and with other parameters 409', async () => {
    const headers = { 'idempotency-key': 'once' };
    const [first, second] = [await post({ body: BODY, headers }), await post({ body: JSON.stringify(BODY, null, 2), headers })];
    const { upload: firstUpload, ...firstFacts } = bodyOf<UploadAnswer>(first);
    const { upload: secondUpload, ...secondFacts } = bodyOf<UploadAnswer>(second);
    expect([second.statusCode, secondFacts, secondUpload.fields.key]).toEqual([201, firstFacts, firstUpload.fields.key]);
    expect((await post({ body: { ...BODY, sizeBytes: 1001 }, headers })).statusCode).toBe(409);
    expect((await post({ body: { ...BODY, sizeBytes: 1001 }, headers, userId: 'owner-2' })).statusCode).toBe(201);
  });
});

describe('Object Created', () => {
  function arrived(key: string, overrides: Record<string, unknown> = {}) {
    return {
      version: '0',
      id: '17793124',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'eu-central-1',
      resources: ['arn:aws:s3:::videos'],
      detail: {
        version: '0',
        bucket: { name: 'videos' },
        object: { key, size: 777, etag: 'e', sequencer: '00617F08299329D189' },
        'request-id': 'r',
        requester: '123456789012',
        reason: 'PostObject',
        ...overrides,
      },
    };
  }

  test('queues the video whose source it is, once', async () => {
    const { videoId, upload } = bodyOf<UploadAnswer>(await post({ body: BODY }));
    await handler(arrived(upload.fields.key));
    const find = async () => (await stored()).find(video => video.videoId === videoId);
    const queued = await find();
    expect(queued).toMatchObject({ status: VideoStatus.QUEUED, sizeBytes: 777 });
    await handler(arrived(upload.fields.key));
    expect(await find()).toEqual(queued);
  });

  test('of another bucket, key or shape changes nothing and is not sent again', async () => {
    const { upload } = bodyOf<UploadAnswer>(await post({ body: BODY }));
    const before = await stored();
    const events: object[] = [
      {}, { detail: null }, arrived('media/x/1/master.m3u8'), arrived(`${upload.fields.key}/x`), arrived(encodeURIComponent(upload.fields.key)),
      arrived(`../${upload.fields.key}`), arrived(`uploads/${videoIdOf(404)}/source`),
      arrived(upload.fields.key, { bucket: { name: 'other' } }), arrived(upload.fields.key, { version: '1' }),
      arrived(upload.fields.key, { object: { key: upload.fields.key, size: -1 } }),
      { ...arrived(upload.fields.key), source: 'my.app' }, { ...arrived(upload.fields.key), 'detail-type': 'Object Deleted' },
    ];
    for (const event of events) await expect(handler(event)).resolves.toBeUndefined();
    expect(await stored()).toEqual(before);
  });
});

test('GET /api/uploader/health needs no token and touches nothing', async () => {
  const result = await handler(apiEvent(ROUTES.uploaderHealth, { userId: null })) as APIGatewayProxyResult;
  expect([result.statusCode, bodyOf(result)]).toEqual([200, { status: 'ok', service: 'uploader' }]);
});

test('a function without its environment does not start, and says what is missing', () => {
  const { CATALOG_TABLE } = process.env;
  delete process.env.CATALOG_TABLE;
  jest.isolateModules(() => expect(load).toThrow(/CATALOG_TABLE is missing/));
  process.env.CATALOG_TABLE = CATALOG_TABLE;
});
