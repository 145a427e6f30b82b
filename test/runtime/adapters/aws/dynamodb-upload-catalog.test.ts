import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { aVideo, CatalogFixture, startCatalog, TABLE, videoIdOf, SOON } from './catalog-fixture';
import { CatalogTable } from '../../../../src/runtime/adapters/aws/dynamodb-table';
import { DynamoDbUploadCatalog } from '../../../../src/runtime/adapters/aws/dynamodb-upload-catalog';
import { videoItemKey } from '../../../../src/runtime/adapters/aws/dynamodb-video-item';
import { CATALOG_EXPIRY_ATTRIBUTE } from '../../../../src/runtime/contract';
import { VideoExistsError } from '../../../../src/runtime/domain/errors';
import { VideoStatus } from '../../../../src/runtime/domain/video';
import { IdempotencyKey } from '../../../../src/runtime/ports/upload-catalog';

let fixture: CatalogFixture;
let now = new Date('2026-02-01T00:00:00Z');
let catalog: DynamoDbUploadCatalog;

beforeAll(async () => {
  fixture = await startCatalog();
  catalog = new DynamoDbUploadCatalog(new CatalogTable(fixture.client, TABLE), () => now);
});
afterAll(() => fixture.stop());

function key(overrides: Partial<IdempotencyKey> = {}): IdempotencyKey {
  return { ownerId: 'owner-1', key: 'k', fingerprint: 'f1', expiresAt: new Date('2026-02-02T00:00:00Z'), ...overrides };
}

describe('create', () => {
  test('stores a video that get returns', async () => {
    const video = aVideo({ videoId: videoIdOf(10) });
    await catalog.create(video, SOON);
    expect(await catalog.get(video.videoId)).toEqual(video);
  });

  test('refuses a second video of the same id and keeps the first', async () => {
    const first = aVideo({ videoId: videoIdOf(11) });
    await catalog.create(first, SOON);
    await expect(catalog.create({ ...first, title: 'Other', correlationId: 'correlation-2' }, SOON)).rejects.toThrow(VideoExistsError);
    expect(await catalog.get(first.videoId)).toEqual(first);
  });

  test('takes a write that is sent again after a lost answer for the success that it was', async () => {
    const video = aVideo({ videoId: videoIdOf(12) });
    await catalog.create(video, SOON);
    await expect(catalog.create(video, SOON)).resolves.toBeUndefined();
  });

  test('knows no video that nobody created', async () => {
    expect(await catalog.get(videoIdOf(999))).toBeUndefined();
  });
});

describe('claim', () => {
  test('gives the key to the first id, and that id to everybody after it', async () => {
    expect(await catalog.claim(key({ key: 'a' }), videoIdOf(20))).toEqual({ kind: 'claimed' });
    expect(await catalog.claim(key({ key: 'a' }), videoIdOf(21))).toEqual({ kind: 'replay', videoId: videoIdOf(20) });
    expect(await catalog.claim(key({ key: 'a' }), videoIdOf(20))).toEqual({ kind: 'claimed' });
  });

  test('reports other parameters under the same key', async () => {
    await catalog.claim(key({ key: 'b' }), videoIdOf(22));
    expect(await catalog.claim(key({ key: 'b', fingerprint: 'f2' }), videoIdOf(23))).toEqual({ kind: 'conflict' });
  });

  test('keeps the keys of different users apart, whatever characters they contain', async () => {
    await catalog.claim(key({ ownerId: 'u', key: 'x#KEY#y' }), videoIdOf(24));
    expect(await catalog.claim(key({ ownerId: 'u#KEY', key: 'x#KEY#y' }), videoIdOf(25))).toEqual({ kind: 'claimed' });
    expect(await catalog.claim(key({ ownerId: 'u', key: 'x' }), videoIdOf(26))).toEqual({ kind: 'claimed' });
  });

  test('forgets a key after its expiry, even when DynamoDB has not deleted it yet', async () => {
    await catalog.claim(key({ key: 'c' }), videoIdOf(27));
    now = new Date('2026-02-02T00:00:01Z');
    expect(await catalog.claim(key({ key: 'c', fingerprint: 'f9' }), videoIdOf(28))).toEqual({ kind: 'claimed' });
    now = new Date('2026-02-01T00:00:00Z');
  });

  test('lets one of many simultaneous requests win', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => catalog.claim(key({ key: 'd' }), videoIdOf(100 + index))));
    expect(outcomes.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(new Set(outcomes.flatMap(outcome => outcome.kind === 'replay' ? outcome.videoId : [])).size).toBe(1);
  });
});

describe('an abandoned upload', () => {
  async function itemOf(videoId: string) {
    return (await fixture.client.send(new GetItemCommand({ TableName: TABLE, Key: videoItemKey(videoId) }))).Item!;
  }

  test('carries the time at which DynamoDB deletes it, in seconds', async () => {
    await catalog.create(aVideo({ videoId: videoIdOf(20) }), SOON);
    expect((await itemOf(videoIdOf(20)))[CATALOG_EXPIRY_ATTRIBUTE]).toEqual({ N: String(SOON.getTime() / 1000) });
  });

  test('is one no longer once its source has arrived', async () => {
    await catalog.create(aVideo({ videoId: videoIdOf(21) }), SOON);
    await catalog.markQueued(videoIdOf(21), 1);
    expect(await itemOf(videoIdOf(21))).not.toHaveProperty(CATALOG_EXPIRY_ATTRIBUTE);
  });
});

describe('markQueued', () => {
  test('queues a video that waits for its upload, with the size that arrived', async () => {
    await catalog.create(aVideo({ videoId: videoIdOf(30) }), SOON);
    const queued = { ...aVideo({ videoId: videoIdOf(30) }), status: VideoStatus.QUEUED, sizeBytes: 4321, updatedAt: now.toISOString() };
    expect(await catalog.markQueued(videoIdOf(30), 4321)).toEqual(queued);
    expect(await catalog.get(videoIdOf(30))).toEqual(queued);
  });

  test.each(Object.values(VideoStatus).filter(status => status !== VideoStatus.AWAITING_UPLOAD))('leaves a video that is %s alone', async status => {
    const video = aVideo({ videoId: videoIdOf(40 + Object.values(VideoStatus).indexOf(status)), status });
    await catalog.create(video, SOON);
    expect(await catalog.markQueued(video.videoId, 1)).toBeUndefined();
    expect(await catalog.get(video.videoId)).toEqual(video);
  });

  test('creates nothing for a video that does not exist', async () => {
    expect(await catalog.markQueued(videoIdOf(998), 1)).toBeUndefined();
    expect(await catalog.get(videoIdOf(998))).toBeUndefined();
  });
});
