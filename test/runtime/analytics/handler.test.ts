import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { toVideoItem } from '../../../src/runtime/adapters/aws/dynamodb-video-item';
import { PlaybackView, SignedFile } from '../../../src/runtime/analytics/playback';
import { Route, ROUTES } from '../../../src/runtime/contract';
import { Video, VideoStatus } from '../../../src/runtime/domain/video';
import { aReadyVideo, aVideo, CatalogFixture, startCatalog, TABLE, videoIdOf } from '../adapters/aws/catalog-fixture';
import { setServiceEnvironment } from '../adapters/aws/service-environment';
import { apiEvent, bodyOf, EventOptions } from '../http/api-event';

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const MASTER = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p.m3u8\n';
const MEDIA = '#EXTM3U\n#EXT-X-MAP:URI="720p.mp4",BYTERANGE="800@0"\n#EXTINF:4,\n#EXT-X-BYTERANGE:10@800\n720p.mp4\n#EXT-X-ENDLIST\n';

const PRIVATE = aReadyVideo({ videoId: videoIdOf(1), views: 3, likes: 1 });
const PUBLIC = aReadyVideo({ videoId: videoIdOf(2), visibility: 'public', title: '<script>alert(1)</script>', createdAt: '2026-01-02T00:00:00.000Z' });
const ENCODING = aVideo({
  videoId: videoIdOf(3), visibility: 'public', status: VideoStatus.PROCESSING, progress: { stage: 'encode', percent: 40 }, createdAt: '2026-01-03T00:00:00.000Z',
});
const REJECTED = aVideo({
  videoId: videoIdOf(4), status: VideoStatus.REJECTED, failure: { code: 'TRUNCATED', message: 'It ends early.' }, createdAt: '2026-01-04T00:00:00.000Z',
});
const DELETED = aReadyVideo({ videoId: videoIdOf(5), visibility: 'public', status: VideoStatus.DELETED, createdAt: '2026-01-05T00:00:00.000Z' });
const MISSING = videoIdOf(404);

let fixture: CatalogFixture;
let bucket: Server;
let handler: Handler;
const objects = new Map<string, string>();

beforeAll(async () => {
  fixture = await startCatalog();
  bucket = createServer((request, response) => {
    const body = objects.get(request.url!.split('?')[0]);
    if (body === undefined) response.writeHead(404, { 'Content-Type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
    else response.end(body);
  });
  await new Promise<void>(resolve => bucket.listen(0, '127.0.0.1', () => resolve()));
  setServiceEnvironment(
    { dynamodb: fixture.endpoint, s3: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}` }, { PLAYBACK_EXPIRY_SECONDS: '600' },
  );
  ({ handler } = jest.requireActual<{ handler: Handler }>('../../../src/runtime/analytics/handler'));
  await store(PRIVATE, PUBLIC, ENCODING, REJECTED, DELETED);
  for (const video of [PRIVATE, PUBLIC]) {
    objects.set(`/videos/media/${video.videoId}/3/master.m3u8`, MASTER);
    objects.set(`/videos/media/${video.videoId}/3/720p.m3u8`, MEDIA);
  }
});
afterAll(async () => {
  bucket.closeAllConnections();
  await new Promise(resolve => bucket.close(resolve));
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
    [{}, 20], [{ limit: '5' }, 5], [{ limit: '-1' }, 1], [{ limit: '0' }, 1], [{ limit: '1e9' }, 100], [{ limit: '1000000000' }, 100],
    [{ limit: '1e999' }, 100], [{ limit: '7.9' }, 7],
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
      correlationId: 'correlation-1',
      durationSeconds: 12,
      renditions: [{ name: '720p', width: 1280, height: 720, bandwidth: 3_000_000, codecs: 'avc1.64001f,mp4a.40.2' }],
      playback: { hlsUrl: `/api/analytics/video/${PRIVATE.videoId}/hls/master.m3u8` },
    });
    const left = new Date(detail.playback.expiresAt).getTime() - Date.now();
    expect(left).toBeGreaterThan(590_000);
    expect(left).toBeLessThanOrEqual(600_000);
    const addresses = (files: readonly SignedFile[]) => files.map(({ name, url }) => {
      const { pathname, searchParams } = new URL(url);
      expect(searchParams.get('X-Amz-Expires')).toBe('600');
      expect(pathname).toBe(`/videos/media/${PRIVATE.videoId}/3/${name}`);
      return name;
    });
    expect(addresses(detail.playback.posters)).toEqual(['poster.jpg', 'poster.webp']);
    expect(addresses(detail.playback.storyboard)).toEqual(['storyboard.jpg', 'storyboard.vtt']);
    expect(addresses([detail.playback.progressive!])).toEqual(['progressive.mp4']);
  });

  test('shows a public video to others, without what is the owner’s own', async () => {
    const detail = bodyOf(await ofVideo(ROUTES.getVideo, PUBLIC.videoId, { userId: 'stranger' }));
    expect(detail).toMatchObject({ owned: false, playback: { hlsUrl: expect.any(String) } });
    expect(Object.keys(detail)).not.toEqual(expect.arrayContaining(['fileName']));
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
  const routes = [ROUTES.getVideo, ROUTES.getPlaylist, ROUTES.recordView, ROUTES.recordLike] as Route[];

  test.each(hidden)('%s looks like a video that does not exist, on every route', async (_what, videoId, userId) => {
    for (const route of routes) {
      const options = { userId, pathParameters: { playlist: 'master.m3u8' } };
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

describe('GET video/{videoId}/hls/{playlist}', () => {
  function playlist(video: Video, name: string, userId = 'owner-1') {
    return ofVideo(ROUTES.getPlaylist, video.videoId, { userId, pathParameters: { playlist: name } });
  }

  test('serves the master as it was published', async () => {
    const result = await playlist(PRIVATE, 'master.m3u8');
    expect([result.statusCode, result.body]).toEqual([200, MASTER]);
    expect(result.headers).toMatchObject({ 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': expect.stringContaining('private') });
  });

  test('serves media playlists with addresses of the published epoch’s files', async () => {
    const result = await playlist(PUBLIC, '720p.m3u8', 'stranger');
    const addresses = [...result.body.matchAll(/https?:[^"\n]+/g)].map(([address]) => address);
    expect(addresses).toHaveLength(2);
    expect(new Set(addresses).size).toBe(1);
    const address = new URL(addresses[0]);
    expect(address.pathname).toBe(`/videos/media/${PUBLIC.videoId}/3/720p.mp4`);
    expect(address.searchParams.get('X-Amz-Expires')).toBe('600');
  });

  test.each(['other.m3u8', '720p.mp4', '../3/720p.m3u8', '..%2F720p.m3u8', '', 'MASTER.M3U8', 'constructor'])(
    'does not serve %j, which the video did not publish', async name => {
      objects.set(`/videos/media/${PRIVATE.videoId}/3/${name}`, 'secret');
      const result = await playlist(PRIVATE, name);
      expect([result.statusCode, bodyOf(result).code]).toEqual([404, 'PLAYLIST_NOT_FOUND']);
    });

  test('has nothing for the owner of a video that is not ready', async () => {
    expect((await playlist(ENCODING, 'master.m3u8')).statusCode).toBe(404);
  });

  test('a playlist that is published but not stored is our fault, not the caller’s', async () => {
    const quiet = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const result = await playlist(PRIVATE, 'audio.m3u8');
    expect(quiet.mock.calls.join()).toContain('PLAYLIST_MISSING');
    quiet.mockRestore();
    expect([result.statusCode, bodyOf(result).code]).toEqual([500, 'INTERNAL']);
    expect(result.body).not.toContain('media/');
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
    const pathParameters = { videoId: PUBLIC.videoId, playlist: 'master.m3u8' };
    expect((await call(route, { pathParameters, userId: null })).statusCode).toBe(401);
    expect((await call(route, { pathParameters, claims: { token_use: 'id' } })).statusCode).toBe(401);
    expect((await call(route, { pathParameters, claims: { scope: 'videos/upload' } })).statusCode).toBe(403);
  });

  test('health needs none', async () => {
    expect((await call(ROUTES.analyticsHealth, { userId: null })).statusCode).toBe(200);
  });
});
