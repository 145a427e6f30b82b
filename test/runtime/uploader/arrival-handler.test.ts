import { InMemoryUploadCatalog } from './upload-fakes';
import { VideoStatus } from '../../../src/runtime/domain/video';
import { ArrivalHandler } from '../../../src/runtime/uploader/arrival-handler';
import { aVideo } from '../adapters/aws/catalog-fixture';
import { RecordedLogger } from '../http/recorded-telemetry';

const EVENT = {
  id: 'event-1',
  time: '2026-01-01T00:00:00Z',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { version: '0', bucket: { name: 'videos' }, object: { key: `uploads/${aVideo().videoId}/source`, size: 5, sequencer: '00' } },
};

function setUp() {
  const [catalog, logger] = [new InMemoryUploadCatalog(), new RecordedLogger()];
  catalog.videos.set(aVideo().videoId, aVideo());
  return { catalog, logger, arrivals: new ArrivalHandler(catalog, 'videos', logger) };
}

test('logs the arrival under the correlation id of the request that created the video', async () => {
  const { catalog, logger, arrivals } = setUp();
  await arrivals.handle(EVENT);
  expect(catalog.videos.get(aVideo().videoId)?.status).toBe(VideoStatus.QUEUED);
  expect(logger.lines).toEqual([expect.objectContaining({ message: 'The source arrived', correlationId: 'correlation-1', videoId: aVideo().videoId })]);
});

test('says why it ignores an event, without repeating what the event holds', async () => {
  const { logger, arrivals } = setUp();
  await arrivals.handle({ ...EVENT, detail: { ...EVENT.detail, object: { key: 'secret/name', size: 5 } } });
  await arrivals.handle({ ...EVENT, source: 'secret/source' });
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([['WARN', 'The event was ignored'], ['WARN', 'The event was ignored']]);
  expect(logger.lines[1].reason).toMatch(/^source must be /);
});

test('throws when the catalog fails, so that the event comes again', async () => {
  const { catalog, arrivals } = setUp();
  catalog.markQueued = () => Promise.reject(new Error('catalog down'));
  await expect(arrivals.handle(EVENT)).rejects.toThrow('catalog down');
});
