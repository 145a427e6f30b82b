/** How the worker polls, and how it stops. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { objectCreated } from './support/events';
import { message } from './support/fakes';
import { never, useWorker } from './support/worker-under-test';
import { ALIVE_FILE } from '../../../src/runtime/contract';
import { RejectedError, RejectionCode, TransientError } from '../../../src/runtime/domain/errors';
import { FailureCode } from '../../../src/runtime/domain/failure-codes';
import { VideoStatus } from '../../../src/runtime/domain/video';
import { until } from '../../support/until';

const worker = useWorker();

describe('stopping', () => {
  test('an idle worker stops at once', async () => {
    worker.start();
    const startedAt = Date.now();
    await worker.stop();
    expect(Date.now() - startedAt).toBeLessThan(500);
  });

  test('a job that can end in time may', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = () => new Promise(resolve => setTimeout(resolve, 150));
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    await worker.stop();
    expect(worker.status).toBe(VideoStatus.READY);
    expect(bench.queue.deleted).toHaveLength(1);
  });

  test('a job whose pace says that it cannot is given back soon', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async ({ signal, onProgress }) => {
      await new Promise(resolve => setTimeout(resolve, 100));
      onProgress!(1);
      await never(signal);
    };
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    await new Promise(resolve => setTimeout(resolve, 150));
    const startedAt = Date.now();
    await worker.stop();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(worker.status).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toEqual([0]);
  });

  test('a second signal gives everything back at once', async () => {
    const bench = worker.start({ stopTimeoutMs: 60_000 });
    bench.transcoder.onEncode = ({ signal }) => never(signal);
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    worker.signal();
    await worker.stop();
    expect(bench.queue.returned).toEqual([0]);
    expect(bench.catalog.owner).toBeUndefined();
  });

  test('a message that waits for another worker is given back at once', async () => {
    const bench = worker.start();
    Object.assign(bench.catalog, { owner: 'other', sequencer: objectCreated().detail.object.sequencer.padEnd(64, '0') });
    bench.catalog.set({ status: VideoStatus.PROCESSING });
    bench.queue.push(message());
    await until(() => bench.queue.beats > 0);
    await worker.stop();
    expect(bench.queue.returned).toEqual([0]);
  });
});

describe('the loop', () => {
  test('outlives a queue that fails', async () => {
    const bench = worker.start();
    const receive = jest.spyOn(bench.queue, 'receive').mockRejectedValueOnce(new TransientError(FailureCode.SERVICE_UNAVAILABLE, '500'));
    bench.queue.push(message());
    await until(() => bench.queue.deleted.length === 1);
    expect(receive.mock.calls.length).toBeGreaterThan(1);
  });

  test('shows life, and clears what a killed worker left', async () => {
    const bench = worker.start();
    await worker.stop();
    const leftover = path.join(bench.scratch, 'jobs', 'job-old');
    fs.mkdirSync(leftover, { recursive: true });
    fs.writeFileSync(path.join(leftover, 'source'), 'x');
    worker.startAgain();
    await worker.deliver();
    await until(() => fs.existsSync(path.join(bench.scratch, ALIVE_FILE)));
    expect(bench.leftovers).toEqual([]);
  });

  test('runs as many jobs side by side as it is told, and no more', async () => {
    const bench = worker.start({ concurrency: 2 });
    let now = 0;
    let most = 0;
    bench.transcoder.onInspect = async () => {
      most = Math.max(most, ++now);
      await new Promise(resolve => setTimeout(resolve, 60));
      now--;
      throw new RejectedError(RejectionCode.UNREADABLE, 'no');
    };
    jest.spyOn(bench.catalog, 'acquire').mockImplementation(async (work, owner) => ({
      kind: 'acquired', lease: { videoId: work.videoId, workId: work.workId, owner, epoch: 1 }, video: bench.catalog.video,
    }));
    jest.spyOn(bench.catalog, 'finish').mockResolvedValue();
    jest.spyOn(bench.catalog, 'renew').mockResolvedValue();
    for (let count = 0; count < 5; count++) bench.queue.push(message());
    await until(() => bench.queue.deleted.length === 5);
    expect(most).toBe(2);
  });
});
