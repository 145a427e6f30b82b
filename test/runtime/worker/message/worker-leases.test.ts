/** What happens when the lease is another's. */
import { epochMetadataKey, metadataKey } from '../../../../src/runtime/contract';
import { TransientError } from '../../../../src/runtime/domain/errors';
import { FailureCode } from '../../../../src/runtime/domain/failure-codes';
import { VideoStatus } from '../../../../src/runtime/domain/video';
import { until } from '../../../support/until';
import { objectCreated, VIDEO_ID } from '../support/events';
import { Bench, message } from '../support/fakes';
import { never, useWorker } from '../support/worker-under-test';

const worker = useWorker();

describe('a lease that is lost', () => {
  test('to a deletion ends the job without another write, and its message is deleted', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async ({ signal }) => {
      bench.catalog.set({ status: VideoStatus.DELETED });
      await never(signal);
    };
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.DELETED);
    expect(bench.store.writes).toEqual([]);
    expect(bench.queue.deleted).toHaveLength(1);
  });

  test('at the very flip publishes nothing', async () => {
    const bench = worker.start();
    bench.store.onUpload = async key => {
      if (key === epochMetadataKey(VIDEO_ID, 1)) bench.catalog.set({ status: VideoStatus.DELETED });
    };
    await worker.deliver();
    expect(bench.catalog.publishes).toBe(0);
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(false);
  });

  test('because no heartbeat got through ends the job, too', async () => {
    const bench = worker.start({ visibilitySeconds: 0.1 });
    bench.transcoder.onEncode = async ({ signal }) => {
      bench.queue.failure = new TransientError(FailureCode.SERVICE_UNAVAILABLE, '500');
      await never(signal);
    };
    bench.queue.push(message());
    await until(() => bench.telemetry.lines.includes('The job will be retried'));
    bench.queue.failure = undefined;
    await until(() => bench.queue.returned.length > 0);
  });
});

describe('a lease that another worker holds', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = worker.start();
    Object.assign(bench.catalog, { owner: 'other', epoch: 4 });
    bench.catalog.set({ status: VideoStatus.PROCESSING });
  });

  const sequencer = () => { bench.catalog.sequencer = objectCreated().detail.object.sequencer.padEnd(64, '0'); };

  test('keeps the message waiting beside the slots, and other work goes on', async () => {
    sequencer();
    const renewing = setInterval(() => { bench.catalog.renewals++; }, 10);
    bench.queue.push(message());
    await until(() => bench.queue.beats > 2);
    await worker.deliver(message({ body: 'other work' }));
    expect(bench.queue.deleted).toEqual([]);
    bench.catalog.owner = undefined;
    bench.catalog.set({ status: VideoStatus.READY, published: undefined });
    await until(() => bench.queue.deleted.length === 1);
    clearInterval(renewing);
    expect(bench.transcoder.encodes).toBe(0);
  });

  test('and lets go of is taken', async () => {
    sequencer();
    const renewing = setInterval(() => { bench.catalog.renewals++; }, 5);
    bench.queue.push(message());
    await until(() => bench.queue.beats > 1);
    clearInterval(renewing);
    bench.catalog.owner = undefined;
    await until(() => bench.queue.deleted.length === 1);
    expect(bench.catalog.video.published?.epoch).toBe(5);
  });

  test('and never renews is taken over under the next epoch, but not before its length is over', async () => {
    sequencer();
    const startedAt = Date.now();
    await worker.deliver();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(bench.settings.leaseMs);
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.READY, published: { epoch: 5 } });
  });

  test('for an older source is preempted at once', async () => {
    bench.catalog.sequencer = '0';
    await worker.deliver();
    expect(bench.catalog.video.published?.epoch).toBe(5);
  });
});
