import { EchoSigner, EchoSourceUploads, InMemoryUploadCatalog } from './upload-fakes';
import { VideoStatus } from '../../../src/runtime/domain/video';
import { HttpProblem } from '../../../src/runtime/http/problem';
import { UploadCreator } from '../../../src/runtime/uploader/upload-creator';
import { UploadRequest } from '../../../src/runtime/uploader/upload-request';
import { videoIdOf } from '../adapters/aws/catalog-fixture';
import { RecordedMetrics } from '../http/recorded-telemetry';

const REQUEST: UploadRequest = { fileName: 'a.mp4', title: 'A', contentType: 'video/mp4', sizeBytes: 10, visibility: 'private' };
const CALLER = { ownerId: 'owner-1', correlationId: 'c1' };
const KEYED = { ...CALLER, idempotencyKey: 'k' };

let catalog: InMemoryUploadCatalog;
let signer: EchoSigner;
let sources: EchoSourceUploads;
let metrics: RecordedMetrics;
let uploads: UploadCreator;

beforeEach(() => {
  let ids = 0;
  [catalog, signer, sources, metrics] = [new InMemoryUploadCatalog(), new EchoSigner(), new EchoSourceUploads(), new RecordedMetrics()];
  uploads = new UploadCreator({
    catalog, signer, uploads: sources, metrics, expirySeconds: 600, clock: { now: () => new Date(1000) }, newVideoId: () => videoIdOf(++ids),
  });
});

test('a new video waits for its upload, owned by the caller, and its form allows that one key', async () => {
  const { video } = await uploads.create(REQUEST, CALLER);
  expect(catalog.videos.get(video.videoId)).toEqual({
    ...REQUEST,
    videoId: videoIdOf(1),
    ownerId: 'owner-1',
    status: VideoStatus.AWAITING_UPLOAD,
    correlationId: 'c1',
    views: 0,
    likes: 0,
    createdAt: '1970-01-01T00:00:01.000Z',
    updatedAt: '1970-01-01T00:00:01.000Z',
  });
  expect(signer.requests).toEqual([{
    key: `uploads/${videoIdOf(1)}/source`,
    contentType: 'video/mp4',
    sizeBytes: 10,
    seconds: 600,
    metadata: { 'correlation-id': 'c1', 'video-id': videoIdOf(1) },
  }]);
  expect(metrics.added).toEqual({ UploadsCreated: 1 });
});

test('without a key, every request makes another video', async () => {
  await uploads.create(REQUEST, CALLER);
  await uploads.create(REQUEST, CALLER);
  expect(catalog.videos.size).toBe(2);
});

test('a repeated request makes nothing new and is told the same video, whatever its own correlation id', async () => {
  const first = await uploads.create(REQUEST, KEYED);
  const second = await uploads.create(REQUEST, { ...KEYED, correlationId: 'c2' });
  expect(second).toEqual(first);
  expect(catalog.videos.size).toBe(1);
  expect(metrics.added).toEqual({ UploadsCreated: 1 });
});

test.each<Partial<UploadRequest>>([{ fileName: 'b.mp4' }, { title: 'B' }, { contentType: 'video/x-m4v' }, { sizeBytes: 11 }, { visibility: 'public' }])(
  'the same key with %j is a conflict and makes nothing', async other => {
    await uploads.create(REQUEST, KEYED);
    await expect(uploads.create({ ...REQUEST, ...other }, KEYED)).rejects.toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(catalog.videos.size).toBe(1);
  });

test('another user’s same key is another key', async () => {
  await uploads.create(REQUEST, KEYED);
  await uploads.create({ ...REQUEST, sizeBytes: 11 }, { ...KEYED, ownerId: 'owner-2' });
  expect([...catalog.videos.values()].map(({ ownerId }) => ownerId)).toEqual(['owner-1', 'owner-2']);
});

test('a crash between the key’s claim and the video’s creation is healed by the retry', async () => {
  catalog.beforeCreate = () => {
    throw new Error('killed');
  };
  await expect(uploads.create(REQUEST, KEYED)).rejects.toThrow('killed');
  catalog.beforeCreate = () => undefined;
  const { video } = await uploads.create(REQUEST, KEYED);
  expect(video.videoId).toBe(videoIdOf(1));
  expect(catalog.videos.size).toBe(1);
});

test('of two simultaneous requests with one key, the second takes the video of the first', async () => {
  catalog.beforeCreate = video => {
    catalog.beforeCreate = () => undefined;
    catalog.videos.set(video.videoId, { ...video, correlationId: 'faster' });
  };
  const { video } = await uploads.create(REQUEST, KEYED);
  expect(video.correlationId).toBe('faster');
  expect(metrics.added).toEqual({});
});

test('a key whose video was deleted does not bring it back', async () => {
  const { video } = await uploads.create(REQUEST, KEYED);
  catalog.videos.set(video.videoId, { ...video, status: VideoStatus.DELETED });
  await expect(uploads.create(REQUEST, KEYED)).rejects.toThrow(HttpProblem);
});
