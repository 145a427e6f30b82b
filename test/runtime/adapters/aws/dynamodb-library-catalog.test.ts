import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { aReadyVideo, aVideo, CatalogFixture, startCatalog, TABLE, videoIdOf } from './catalog-fixture';
import { DynamoDbLibraryCatalog } from '../../../../src/runtime/adapters/aws/dynamodb-library-catalog';
import { CatalogTable } from '../../../../src/runtime/adapters/aws/dynamodb-table';
import { itemKey, toVideoItem } from '../../../../src/runtime/adapters/aws/dynamodb-video-item';
import { InvalidPositionError } from '../../../../src/runtime/domain/errors';
import { Video, VideoStatus } from '../../../../src/runtime/domain/video';

let fixture: CatalogFixture;
let catalog: DynamoDbLibraryCatalog;

beforeAll(async () => {
  fixture = await startCatalog();
  catalog = new DynamoDbLibraryCatalog(new CatalogTable(fixture.client, TABLE), () => new Date('2026-02-01T00:00:00Z'));
});
afterAll(() => fixture.stop());

async function store(...videos: Video[]): Promise<void> {
  for (const video of videos) await fixture.client.send(new PutItemCommand({ TableName: TABLE, Item: toVideoItem(video) }));
}

/** A library of `count` videos, one a minute; the higher the number, the newer. */
function library(ownerId: string, first: number, count: number, overrides: (index: number) => Partial<Video> = () => ({})): Video[] {
  return Array.from({ length: count }, (_, index) => aVideo({
    ownerId, videoId: videoIdOf(first + index), createdAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(), ...overrides(index),
  }));
}

describe('listByOwner', () => {
  test('pages through a library, newest first, each video once, without an empty last page', async () => {
    const videos = library('pager', 1000, 7);
    await store(...videos, ...library('neighbour', 2000, 3));
    const seen: string[] = [];
    let pages = 0;
    let position: string | undefined;
    do {
      const page = await catalog.listByOwner('pager', 3, position);
      seen.push(...page.items.map(({ videoId }) => videoId));
      position = page.next;
      pages += 1;
    } while (position);
    expect(seen).toEqual(videos.map(({ videoId }) => videoId).reverse());
    expect(pages).toBe(3);
  });

  test('ends without a position when the last page is exactly full', async () => {
    await store(...library('exact', 3000, 3));
    const page = await catalog.listByOwner('exact', 3);
    expect(page.items).toHaveLength(3);
    expect(page.next).toBeUndefined();
  });

  test('leaves deleted videos out and still fills the page', async () => {
    await store(...library('deleter', 4000, 12, index => ({ status: index % 2 ? VideoStatus.DELETED : VideoStatus.QUEUED })));
    const page = await catalog.listByOwner('deleter', 5);
    expect(page.items).toHaveLength(5);
    expect(page.items.some(({ status }) => status === VideoStatus.DELETED)).toBe(false);
    expect((await catalog.listByOwner('deleter', 5, page.next)).items).toHaveLength(1);
  });

  test('finds nothing for a user without videos', async () => {
    expect(await catalog.listByOwner('nobody', 20)).toEqual({ items: [] });
  });

  test.each(['', 'x', '2026-01-01T00:00:00.000Z/../x', '2026-01-01T00:00:00.000Z/', `${videoIdOf(1)}`])(
    'refuses %p as a position', async position => {
      await expect(catalog.listByOwner('pager', 3, position)).rejects.toThrow(InvalidPositionError);
    });

  test('stays within the owner even when the position names another owner’s video', async () => {
    const page = await catalog.listByOwner('pager', 10, `2026-01-01T00:02:00.000Z/${videoIdOf(2002)}`);
    expect(page.items.every(({ ownerId }) => ownerId === 'pager')).toBe(true);
  });
});

describe('statsOf', () => {
  test('adds up what the owner has, deleted videos apart', async () => {
    await store(
      aReadyVideo({ ownerId: 'stats', videoId: videoIdOf(5000), views: 5, likes: 2, sizeBytes: 100 }),
      aReadyVideo({ ownerId: 'stats', videoId: videoIdOf(5001), views: 1, sizeBytes: 50, createdAt: '2026-01-02T00:00:00.000Z' }),
      aVideo({ ownerId: 'stats', videoId: videoIdOf(5002), status: VideoStatus.REJECTED, sizeBytes: 7, createdAt: '2026-01-03T00:00:00.000Z' }),
      aVideo({ ownerId: 'stats', videoId: videoIdOf(5003), status: VideoStatus.DELETED, sizeBytes: 9, createdAt: '2026-01-04T00:00:00.000Z' }),
    );
    expect(await catalog.statsOf('stats')).toEqual({
      videos: 3, byStatus: { READY: 2, REJECTED: 1 }, views: 6, likes: 2, sizeBytes: 157, durationSeconds: 24,
    });
  });

  test('is all zero for a user without videos', async () => {
    expect(await catalog.statsOf('nobody')).toEqual({ videos: 0, byStatus: {}, views: 0, likes: 0, sizeBytes: 0, durationSeconds: 0 });
  });
});

describe('counters', () => {
  test('a view counts once per event, a like once per user', async () => {
    const { videoId } = aReadyVideo({ videoId: videoIdOf(6000) });
    await store(aReadyVideo({ videoId }));
    expect(await catalog.recordView(videoId, 'e1')).toEqual({ total: 1, counted: true });
    expect(await catalog.recordView(videoId, 'e1')).toEqual({ total: 1, counted: false });
    expect(await catalog.recordView(videoId, 'e2')).toEqual({ total: 2, counted: true });
    expect(await catalog.recordLike(videoId, 'e1')).toEqual({ total: 1, counted: true });
    expect(await catalog.recordLike(videoId, 'e1')).toEqual({ total: 1, counted: false });
    expect(await catalog.get(videoId)).toMatchObject({ views: 2, likes: 1, status: VideoStatus.READY });
  });

  test('simultaneous views of many events are all counted, and each event once', async () => {
    const videoId = videoIdOf(6001);
    await store(aReadyVideo({ videoId }));
    await Promise.all(Array.from({ length: 40 }, (_, index) => catalog.recordView(videoId, `event-${index % 20}`)));
    expect((await catalog.get(videoId))?.views).toBe(20);
  });

  test('ids that look like keys or expressions are only ids', async () => {
    const videoId = videoIdOf(6002);
    await store(aReadyVideo({ videoId }));
    const hostile = ['VIDEO', '#', ':one', 'a) OR attribute_exists(pk', 'LIKE#x', '../VIDEO'];
    for (const id of hostile) await catalog.recordLike(videoId, id);
    expect(await catalog.get(videoId)).toMatchObject({ ...aReadyVideo({ videoId }), likes: hostile.length });
  });

  test('a marker of a view expires, one of a like does not', async () => {
    const videoId = videoIdOf(6003);
    await store(aReadyVideo({ videoId }));
    await catalog.recordView(videoId, 'e');
    await catalog.recordLike(videoId, 'u');
    const read = async (sort: string) => (await fixture.client.send(new GetItemCommand({ TableName: TABLE, Key: itemKey(`VIDEO#${videoId}`, sort) }))).Item;
    expect(Number((await read('VIEW#e'))?.expiresAt.N)).toBeGreaterThan(Date.UTC(2026, 1, 1) / 1000);
    expect(await read('LIKE#u')).not.toHaveProperty('expiresAt');
  });

  test('nothing is counted for a video that does not exist, and none comes into being', async () => {
    expect(await catalog.recordView(videoIdOf(6666), 'e')).toBeUndefined();
    expect(await catalog.get(videoIdOf(6666))).toBeUndefined();
  });
});
