import { mediaPrefix } from '../../../../src/runtime/contract';
import { RejectedError, RejectionCode, TransientError } from '../../../../src/runtime/domain/errors';
import { FailureCode } from '../../../../src/runtime/domain/failure-codes';
import { VideoStatus } from '../../../../src/runtime/domain/video';
import { until } from '../../../support/until';
import { VIDEO_ID } from '../support/events';
import { Bench, message } from '../support/fakes';
import { useWorker } from '../support/worker-under-test';

const worker = useWorker();
let bench: Bench;
beforeEach(() => { bench = worker.start(); });

const prefix = mediaPrefix(VIDEO_ID, 1);
/** Long enough for what should not happen. */
const pause = () => new Promise(resolve => setTimeout(resolve, 50));

test('renditions are sent while the images are made, playlists only after both', async () => {
  let finishImages: () => void = () => undefined;
  bench.transcoder.onImages = () => new Promise(resolve => { finishImages = resolve; });
  bench.queue.push(message());
  await until(() => bench.store.writes.length === 2);
  await pause();
  expect(bench.store.writes.sort()).toEqual([`${prefix}360p.mp4`, `${prefix}audio.mp4`]);
  finishImages();
  await until(() => bench.queue.deleted.length === 1);
  expect(bench.store.writes.slice(2, 5)).toEqual([`${prefix}poster.jpg`, `${prefix}360p.m3u8`, `${prefix}master.m3u8`]);
});

test('images that cannot be made end the sending at once, and say why', async () => {
  bench.store.onUpload = (_key, signal) => new Promise((_resolve, reject) => {
    signal!.addEventListener('abort', () => reject(signal!.reason as Error), { once: true });
  });
  bench.transcoder.onImages = async () => {
    await until(() => bench.store.started.length === 2);
    throw new RejectedError(RejectionCode.UNREADABLE, 'There is no picture.');
  };
  bench.queue.push(message());
  await until(() => bench.queue.deleted.length === 1);
  expect(bench.catalog.video).toMatchObject({ status: VideoStatus.REJECTED, failure: { code: 'UNREADABLE' } });
});

test('a failed upload waits for the images before their folder goes', async () => {
  const order: string[] = [];
  bench.store.onUpload = async () => {
    order.push('upload failed');
    throw new TransientError(FailureCode.SCRATCH_FULL, 'Not worth repeating here.');
  };
  bench.transcoder.onImages = async () => {
    await until(() => order.length > 0);
    await pause();
    expect(bench.leftovers).toHaveLength(1);
    order.push('images end');
    throw new TransientError(FailureCode.IMAGES_FAILED, 'Too late to matter.');
  };
  bench.queue.push(message());
  await until(() => bench.queue.returned.length === 1);
  expect(order.at(-1)).toBe('images end');
  expect(bench.catalog.video.status).toBe(VideoStatus.QUEUED);
});
