import { generateKeyPairSync } from 'crypto';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { toVideoItem } from '../../../src/runtime/adapters/aws/dynamodb-video-item';
import { PlaybackView, SignedFile } from '../../../src/runtime/analytics/playback';
import { Route, ROUTES, VIEWER_HOST_HEADER } from '../../../src/runtime/contract';
import { WarningCode } from '../../../src/runtime/domain/source-warning';
import { Video, VideoStatus } from '../../../src/runtime/domain/video';
import { aReadyVideo, aVideo, CatalogFixture, startCatalog, TABLE, videoIdOf } from '../adapters/aws/catalog-fixture';
import { setServiceEnvironment } from '../adapters/aws/service-environment';
import { apiEvent, bodyOf, EventOptions } from '../http/api-event';

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const WARNINGS = [
  { code: WarningCode.AUDIO_TRACK_CHOSEN, message: 'Track 1 of 2 was taken.' },
  { code: WarningCode.SOURCE_DAMAGED, message: '1 of 150 frames are damaged.', at: 2.5 },
];
const withWarnings = (video: Video): Video => ({ ...video, published: { ...video.published!, warnings: WARNINGS } });
const PRIVATE = withWarnings(aReadyVideo({ videoId: videoIdOf(1), views: 3, likes: 1 }));
const PUBLIC = withWarnings(aReadyVideo({
  videoId: videoIdOf(2), visibility: 'public', title: '<script>alert(1)</script>', createdAt: '2026-01-02T00:00:00.000Z',
}));
const ENCODING = aVideo({
  videoId: videoIdOf(3), visibility: 'public', status: VideoStatus.PROCESSING, progress: { stage: 'encode', percent: 40 }, createdAt: '2026-01-03T00:00:00.000Z',
});
const REJECTED = aVideo({
  videoId: videoIdOf(4), status: VideoStatus.REJECTED, failure: { code: 'TRUNCATED', message: 'It ends early.' }, createdAt: '2026-01-04T00:00:00.000Z',
});
const DELETED = aReadyVideo({ videoId: videoIdOf(5), visibility: 'public', status: VideoStatus.DELETED, createdAt: '2026-01-05T00:00:00.000Z' });
const MISSING = videoIdOf(404);
const { privateKey: PRIVATE_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let fixture: CatalogFixture;
let secrets: Server;
let handler: Handler;

beforeAll(async () => {
  fixture = await startCatalog();
  const keyring = {
    version: 1,
    keyGroupId: 'group',
    keys: [{ id: 'k1', publicKeyId: 'K1', tokenKey: 'secret', status: 'ACTIVE', since: 0, privateKey: PRIVATE_KEY }],
  };
  secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: JSON.stringify(keyring) })));
  await new Promise<void>(resolve => secrets.listen(0, '127.0.0.1', () => resolve()));
  setServiceEnvironment({ dynamodb: fixture.endpoint, secrets: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}` }, {
    PLAYBACK_EXPIRY_SECONDS: '600', SIGNING_KEYS_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:keys',
  });
  ({ handler } = jest.requireActual<{ handler: Handler }>('../../../src/runtime/analytics/handler'));
  await store(PRIVATE, PUBLIC, ENCODING, REJECTED, DELETED);
});
afterAll(async () => {
  secrets.closeAllConnections();
  await new Promise(resolve => secrets.close(resolve));
  await fixture.stop();
});

async function store(...videos: Video[]): Promise<void> {
  for (const video of videos) await fixture.client.send(new PutItemCommand({ TableName: TABLE, Item: toVideoItem(video) }));
}

function call(route: Route, options: EventOptions = {}): Promise<APIGatewayProxyResult> {
  return handler(apiEvent(route, options));
}

function ofVideo(route: Route, videoId: string, options: EventOptions = {}): Promise<APIGatewayProxyResult> {
  return call(route, { ...options, pathParameters: { videoId, ...options.pathParameters } });
}

/** A refusal without what differs from request to request. */
function refusal(result: APIGatewayProxyResult): unknown {
  const { correlationId: _, ...document } = bodyOf(result);
  return { status: result.statusCode, document, headers: Object.keys(result.headers ?? {}) };
}

describe('GET videos', () => {
  interface Listing {
    readonly videos: Array<{ readonly videoId: string }>;
    readonly nextCursor?: string;
  }

  async function list(query: Record<string, string>, userId = 'lister') {
    return call(ROUTES.listVideos, { query, userId });
  }

  beforeAll(() => store(...Array.from({ length: 105 }, (_, index) => aVideo({
    ownerId: 'lister', videoId: videoIdOf(1000 + index), createdAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
  }))));

  test.each([
    [{}, 20], [{ limit: '5' }, 5], [{ limit: '-1' }, 1], [{ limit: '0' }, 1], [{ limit: '1e9' }, 100], [{ limit: '1000000000' }, 100], [{ limit: '7.9' }, 7],
  ] as Array<[Record<string, string>, number]>)('with %j gives %p videos', async (query, count) => {
    const result = await list(query);
    expect(result.statusCode).toBe(200);
    expect(bodyOf<Listing>(result).videos).toHaveLength(count);
  });

  test('leads through the whole library by its cursors, newest first', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Listing = bodyOf(await list({ limit: '50', ...(cursor ? { cursor } : {}) }));
      seen.push(...page.videos.map(({ videoId }) => videoId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 105 }, (_, index) => videoIdOf(1104 - index)));
  });

  test('refuses a tampered cursor with 400 and another user’s with 403', async () => {
    const cursor = bodyOf<Listing>(await list({ limit: '5' })).nextCursor!;
    expect((await list({ cursor: `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}` })).statusCode).toBe(400);
    expect((await list({ cursor }, 'owner-1')).statusCode).toBe(403);
  });

  test.each([[{ limit: 'ten' }], [{ limit: '' }], [{ limit: '0x10' }], [{ limit: 'NaN' }], [{ owner: 'lister' }], [{ cursor: '' }]])(
    'refuses %j', async query => {
      expect((await list(query as Record<string, string>)).statusCode).toBe(400);
    });

  test('shows each state with what matters in it, deleted videos never, and nothing of the inside', async () => {
    const result = await list({}, 'owner-1');
    expect(bodyOf(result).videos).toEqual([
      expect.objectContaining({ videoId: REJECTED.videoId, status: 'REJECTED', failure: { code: 'TRUNCATED', message: 'It ends early.' } }),
      expect.objectContaining({ videoId: ENCODING.videoId, status: 'PROCESSING', progress: { stage: 'encode', percent: 40 } }),
      expect.objectContaining({ videoId: PUBLIC.videoId, status: 'READY', durationSeconds: 12, title: '<script>alert(1)</script>' }),
      expect.objectContaining({ videoId: PRIVATE.videoId, views: 3, likes: 1 }),
    ]);
    expect(result.headers?.['Content-Type']).toBe('application/json');
    expect(result.body).not.toMatch(/sourceSha256|workId|epoch|ownerId|uploads\//);
  });
});

describe('GET video/{videoId}', () => {
  test('gives the owner everything to play a finished video', async () => {
    const detail = bodyOf<{ playback: PlaybackView }>(await ofVideo(ROUTES.getVideo, PRIVATE.videoId));
    expect(detail).toMatchObject({
      videoId: PRIVATE.videoId,
      owned: true,
      fileName: 'holiday.mp4',
      warnings: WARNINGS,
      correlationId: 'correlation-1',
      durationSeconds: 12,
      renditions: [{ name: '720p', width: 1280, height: 720, bandwidth: 3_000_000, codecs: 'avc1.64001f,mp4a.40.2' }],
      playback: { hlsUrl: expect.stringMatching(/^\/media\/t\//) },
    });
    // 600 s and the 12 s of the video, rounded up to a quarter of an hour so that the URLs stay the same for a while.
    const left = new Date(detail.playback.expiresAt).getTime() - Date.now();
    expect(left).toBeGreaterThan(611_000);
    expect(left).toBeLessThanOrEqual(612_000 + 900_000);
    const names = (files: readonly SignedFile[]) => files.map(({ name, url }) => {
      expect(url).toBe(detail.playback.hlsUrl.replace('master.m3u8', name));
      return name;
    });
    expect(names(detail.playback.posters)).toEqual(['poster.jpg', 'poster.webp']);
    expect(names(detail.playback.storyboard)).toEqual(['storyboard.jpg', 'storyboard.vtt']);
    expect(names([detail.playback.progressive!])).toEqual(['progressive.mp4']);
  });

  test('shows a public video to others, without what is the owner’s own', async () => {
    const detail = bodyOf(await ofVideo(ROUTES.getVideo, PUBLIC.videoId, { userId: 'stranger' }));
    expect(detail).toMatchObject({ owned: false, playback: { hlsUrl: expect.any(String) } });
    expect(detail).not.toHaveProperty('fileName');
    expect(detail).not.toHaveProperty('warnings');
    expect(JSON.stringify(detail)).not.toMatch(/owner-1|correlation-1|holiday\.mp4/);
  });

  test('tells the owner how far an unfinished video is or why it failed, and offers nothing to play', async () => {
    const encoding = bodyOf(await ofVideo(ROUTES.getVideo, ENCODING.videoId));
    expect(encoding).toMatchObject({ status: 'PROCESSING', progress: { stage: 'encode', percent: 40 } });
    expect(encoding).not.toHaveProperty('playback');
    expect(bodyOf(await ofVideo(ROUTES.getVideo, REJECTED.videoId))).toMatchObject({ status: 'REJECTED', failure: { code: 'TRUNCATED' } });
  });
});

describe('what a caller may not see', () => {
  const hidden: Array<[string, string, string]> = [
    ['another’s private video', PRIVATE.videoId, 'stranger'],
    ['another’s public video that is not ready', ENCODING.videoId, 'stranger'],
    ['a deleted video, to its owner', DELETED.videoId, 'owner-1'],
    ['a deleted public video', DELETED.videoId, 'stranger'],
    ['an id that is none', '../VIDEO', 'stranger'],
    ['a key of the table', `VIDEO#${PRIVATE.videoId}`, 'owner-1'],
    ['an id in capitals', PRIVATE.videoId.toUpperCase().replace(/0/g, 'A'), 'owner-1'],
  ];
  const routes = [ROUTES.getVideo, ROUTES.createPlayback, ROUTES.recordView, ROUTES.recordLike] as Route[];

  test.each(hidden)('%s looks like a video that does not exist, on every route', async (_what, videoId, userId) => {
    for (const route of routes) {
      const options = { userId };
      const answer = await ofVideo(route, videoId, options);
      expect(answer.statusCode).toBe(404);
      expect(refusal(answer)).toEqual(refusal(await ofVideo(route, MISSING, options)));
    }
  });

  test('and it counts no view and no like', async () => {
    const before = bodyOf(await ofVideo(ROUTES.getVideo, PRIVATE.videoId));
    await ofVideo(ROUTES.recordView, PRIVATE.videoId, { userId: 'stranger' });
    await ofVideo(ROUTES.recordLike, PRIVATE.videoId, { userId: 'stranger' });
    expect(bodyOf(await ofVideo(ROUTES.getVideo, PRIVATE.videoId))).toMatchObject({ views: before.views, likes: before.likes });
  });
});

describe('POST video/{videoId}/playback', () => {
  const ask = (video: Video, options: EventOptions = {}) =>
    ofVideo(ROUTES.createPlayback, video.videoId, { headers: { [VIEWER_HOST_HEADER]: 'videos.example.com' }, ...options });
  const policyOf = (result: APIGatewayProxyResult) => {
    const [, policy] = /CloudFront-Policy=([^;]+)/.exec(String(result.multiValueHeaders!['Set-Cookie']))!;
    return JSON.parse(Buffer.from(policy.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64').toString()).Statement[0];
  };

  test('opens the media of this video alone, at the host that the viewer uses, for as long as configured', async () => {
    const result = await ask(PUBLIC, { userId: 'stranger' });
    expect(result.statusCode).toBe(200);
    const { Resource, Condition } = policyOf(result);
    expect(Resource).toBe(`https://videos.example.com/media/${PUBLIC.videoId}/*`);
    expect(Math.abs(Condition.DateLessThan['AWS:EpochTime'] - Date.now() / 1000 - 600)).toBeLessThan(5);
    const folder = `/media/${PUBLIC.videoId}/3/`;
    expect(bodyOf(result)).toMatchObject({
      masterUrl: `${folder}master.m3u8`,
      tokenUrl: expect.stringMatching(new RegExp(`^/media/t/k1\\.\\w+\\.[\\w-]{43}/${PUBLIC.videoId}/3/master\\.m3u8$`)),
      posters: [{ name: 'poster.jpg', url: `${folder}poster.jpg` }, { name: 'poster.webp', url: `${folder}poster.webp` }],
      progressive: { name: 'progressive.mp4', url: `${folder}progressive.mp4` },
    });
    expect(result.multiValueHeaders!['Set-Cookie']).toHaveLength(4);
    for (const each of result.multiValueHeaders!['Set-Cookie']) expect(each).toContain(`; Path=/media/${PUBLIC.videoId}/; Max-Age=600; Secure; HttpOnly`);
  });

  test('gives nothing of a video that is not ready', async () => {
    const result = await ask(ENCODING);
    expect([result.statusCode, bodyOf(result).code, result.multiValueHeaders]).toEqual([409, 'VIDEO_NOT_READY', undefined]);
  });

  test.each([undefined, '*', 'videos.example.com/media/x', 'a b', '*.example.com'])('signs nothing for the host %j', async host => {
    const result = await ask(PRIVATE, { headers: host === undefined ? {} : { [VIEWER_HOST_HEADER]: host } });
    expect([result.statusCode, bodyOf(result).code]).toEqual([400, 'DISTRIBUTION_NEEDED']);
  });

  test('takes neither a body nor a query', async () => {
    expect((await ask(PRIVATE, { body: { host: 'evil.example' } })).statusCode).toBe(400);
    expect((await ask(PRIVATE, { query: { host: 'evil.example' } })).statusCode).toBe(400);
  });
});

describe('GET stats', () => {
  test('adds up the caller’s own videos and nobody else’s', async () => {
    await store(aReadyVideo({ ownerId: 'counter', videoId: videoIdOf(3000), views: 4, likes: 2, sizeBytes: 10 }));
    expect(bodyOf(await call(ROUTES.getStats, { userId: 'counter' }))).toEqual({
      videos: 1, byStatus: { READY: 1 }, views: 4, likes: 2, sizeBytes: 10, durationSeconds: 12,
    });
    expect((await call(ROUTES.getStats, { query: { ownerId: 'owner-1' } })).statusCode).toBe(400);
  });
});

describe('POST view and like', () => {
  const EVENT_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

  async function count(route: Route, options: EventOptions = {}) {
    const result = await ofVideo(route, videoIdOf(7), options);
    return [result.statusCode, bodyOf(result).views ?? bodyOf(result).likes];
  }

  beforeAll(() => store(aReadyVideo({ videoId: videoIdOf(7), visibility: 'public' })));

  test('a view is counted once per event id, whatever its case, and always without one', async () => {
    expect(await count(ROUTES.recordView, { body: { eventId: EVENT_ID } })).toEqual([200, 1]);
    expect(await count(ROUTES.recordView, { body: { eventId: EVENT_ID.toUpperCase() } })).toEqual([200, 1]);
    expect(await count(ROUTES.recordView)).toEqual([200, 2]);
    expect(await count(ROUTES.recordView, { body: {}, userId: 'stranger' })).toEqual([200, 3]);
  });

  test('a like is counted once per user', async () => {
    expect(await count(ROUTES.recordLike)).toEqual([200, 1]);
    expect(await count(ROUTES.recordLike)).toEqual([200, 1]);
    expect(await count(ROUTES.recordLike, { userId: 'stranger' })).toEqual([200, 2]);
  });

  test.each([
    ['an event id that is no UUID', ROUTES.recordView, { body: { eventId: 'VIDEO' } }],
    ['a field too many', ROUTES.recordView, { body: { eventId: EVENT_ID, views: 1000 } }],
    ['a body with a like', ROUTES.recordLike, { body: { likes: 1000 } }],
    ['a query', ROUTES.recordLike, { query: { userId: 'stranger' } }],
  ] as Array<[string, Route, EventOptions]>)('%s is refused and counts nothing', async (_what, route, options) => {
    const before = bodyOf(await ofVideo(ROUTES.getVideo, videoIdOf(7)));
    expect((await ofVideo(route, videoIdOf(7), options)).statusCode).toBe(400);
    expect(bodyOf(await ofVideo(ROUTES.getVideo, videoIdOf(7)))).toMatchObject({ views: before.views, likes: before.likes });
  });
});

describe('tokens', () => {
  test.each(Object.entries(ROUTES).filter(([, route]) => route.service === 'analytics' && 'scope' in route))('%s needs one', async (_name, route) => {
    const pathParameters = { videoId: PUBLIC.videoId };
    expect((await call(route, { pathParameters, userId: null })).statusCode).toBe(401);
    expect((await call(route, { pathParameters, claims: { token_use: 'id' } })).statusCode).toBe(401);
    expect((await call(route, { pathParameters, claims: { scope: 'videos/upload' } })).statusCode).toBe(403);
  });

  test('health needs none', async () => {
    expect((await call(ROUTES.analyticsHealth, { userId: null })).statusCode).toBe(200);
  });
});
