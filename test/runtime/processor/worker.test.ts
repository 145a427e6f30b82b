import * as fs from 'node:fs';
import * as path from 'node:path';
import { objectCreated, VIDEO_ID } from './support/events';
import { Bench, message, until } from './support/fakes';
import { epochMetadataKey, mediaPrefix, METRIC, metadataKey } from '../../../src/runtime/contract';
import { PermanentError, RejectedError, RejectionCode, TransientError } from '../../../src/runtime/domain/errors';
import { VideoStatus } from '../../../src/runtime/domain/video';
import { QueueMessage } from '../../../src/runtime/ports/job-queue';
import { WorkerSettings } from '../../../src/runtime/processor/settings';
import { ALIVE_FILE, Worker } from '../../../src/runtime/processor/worker';

let bench: Bench;
let worker: Worker;
let running: Promise<void>;

function start(changes: Partial<WorkerSettings> = {}): void {
  bench = new Bench(changes);
  worker = new Worker(bench.parts, bench.settings, 'worker-1');
  running = worker.run();
}

async function stop(): Promise<void> {
  worker.stop('SIGTERM');
  await running;
}

afterEach(async () => {
  await stop();
  expect(bench.leftovers).toEqual([]);
  bench.close();
});

/** Sends and waits until the worker is rid of the message. */
async function deliver(sent: QueueMessage = message()): Promise<void> {
  const before = bench.queue.deleted.length + bench.queue.returned.length;
  bench.queue.push(sent);
  await until(() => bench.queue.deleted.length + bench.queue.returned.length > before);
}

const status = () => bench.catalog.video.status;
const prefix = (epoch: number) => mediaPrefix(VIDEO_ID, epoch);
const never = (signal: AbortSignal) => new Promise<never>((_resolve, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
});

describe('a good source', () => {
  test('is published: media first, playlists last, then the document; the message is deleted at the end', async () => {
    start();
    await deliver();
    expect(status()).toBe(VideoStatus.READY);
    expect(bench.store.writes.slice(0, 3).sort()).toEqual([`${prefix(1)}360p.mp4`, `${prefix(1)}audio.mp4`, `${prefix(1)}poster.jpg`]);
    expect(bench.store.writes.slice(3)).toEqual([
      `${prefix(1)}360p.m3u8`, `${prefix(1)}master.m3u8`, epochMetadataKey(VIDEO_ID, 1), metadataKey(VIDEO_ID),
    ]);
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.catalog.video.published).toMatchObject({ epoch: 1, masterPlaylist: 'master.m3u8', playlists: ['360p.m3u8'], sourceSha256: 'abc' });
    expect(bench.telemetry.counts[METRIC.JOBS_READY]).toBe(1);
  });

  test('reports its stages', async () => {
    start();
    bench.transcoder.onEncode = async () => new Promise(resolve => setTimeout(resolve, 100));
    await deliver();
    expect(bench.catalog.progress).toContain('encode');
  });

  test('is processed once, however often the message comes; a rerun after the end costs two reads', async () => {
    start();
    await deliver();
    const acquire = jest.spyOn(bench.catalog, 'acquire');
    const reads = bench.store.reads.length;
    await deliver();
    expect(bench.transcoder.encodes).toBe(1);
    expect(acquire).toHaveBeenCalledTimes(1);
    expect(bench.store.reads.slice(reads)).toEqual([`head ${metadataKey(VIDEO_ID)}`]);
    expect(bench.queue.deleted).toHaveLength(2);
  });

  test('whose worker died right after the flip gets its document from the next one', async () => {
    start();
    await deliver();
    bench.store.objects.delete(metadataKey(VIDEO_ID));
    await deliver();
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(true);
    expect(bench.transcoder.encodes).toBe(1);
  });

  test('gets its document even where S3 answers 403 for what is missing, as to a role that may not list', async () => {
    start();
    await deliver();
    bench.store.objects.delete(metadataKey(VIDEO_ID));
    jest.spyOn(bench.store, 'head').mockRejectedValue(new PermanentError('ACCESS_OR_CONFIGURATION', 'Forbidden'));
    await deliver();
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(true);
    expect(bench.queue.deleted).toHaveLength(2);
  });

  test('keeps the message invisible and the lease alive while it lasts, and the task protected', async () => {
    start();
    bench.transcoder.onEncode = async () => new Promise(resolve => setTimeout(resolve, 200));
    await deliver();
    expect(bench.queue.beats).toBeGreaterThanOrEqual(4);
    expect(bench.catalog.renewals).toBeGreaterThanOrEqual(3);
    await until(() => bench.protections.at(-1) === false);
    expect(bench.protections[0]).toBe(true);
  });
});

describe('a source that is refused', () => {
  const CASES: Array<[string, () => void, string]> = [
    ['removed', () => { bench.store.facts = undefined; }, 'SOURCE_MISSING'],
    ['empty', () => { bench.store.facts = { ...bench.store.facts!, sizeBytes: 0 }; }, 'SOURCE_EMPTY'],
    ['larger than the message said and than allowed', () => { bench.store.facts = { ...bench.store.facts!, sizeBytes: 1_001 }; }, 'SOURCE_TOO_LARGE'],
    ['no video', () => {
      bench.transcoder.onInspect = async () => { throw new RejectedError(RejectionCode.UNSUPPORTED_FORMAT, 'not a video'); };
    }, 'UNSUPPORTED_FORMAT'],
  ];
  test.each(CASES)('%s: ends REJECTED with its code, and no encoder starts', async (_what, arrange, code) => {
    start();
    arrange();
    await deliver();
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.REJECTED, failure: { code } });
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.transcoder.encodes).toBe(0);
    expect(bench.telemetry.counts[METRIC.JOBS_REJECTED]).toBe(1);
  });

  test('a message that names a version which does not exist does not reject a video that has another', async () => {
    start();
    bench.store.current = bench.store.facts;
    bench.store.facts = undefined;
    await deliver();
    expect(status()).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toHaveLength(1);
  });
});

describe('messages that are no jobs', () => {
  test('stay for the dead-letter queue, are counted, and do not stop the worker', async () => {
    start();
    await deliver(message({ body: 'hello' }));
    expect(bench.queue.returned).toEqual([1]);
    expect(bench.telemetry.counts[METRIC.MESSAGES_MALFORMED]).toBe(1);
    await deliver();
    expect(status()).toBe(VideoStatus.READY);
  });

  test('of a video that nobody created stay, too', async () => {
    start();
    bench.catalog.videos.clear();
    await deliver();
    expect(bench.queue.deleted).toEqual([]);
    expect(bench.transcoder.encodes).toBe(0);
    bench.catalog.set({});
  });

  test('of an older source are deleted without effect', async () => {
    start();
    bench.catalog.sequencer = 'F'.repeat(64);
    await deliver();
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.transcoder.encodes).toBe(0);
  });

  test.each([VideoStatus.REJECTED, VideoStatus.DELETED])('of a video that is %s are deleted without effect', async final => {
    start();
    bench.catalog.set({ status: final });
    await deliver();
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.store.reads).toEqual([]);
  });
});

describe('trouble', () => {
  test('that may pass gives the message back after a jittered while, the video QUEUED', async () => {
    start({ visibilitySeconds: 10 });
    bench.transcoder.onEncode = async () => { throw new TransientError('TOOL_KILLED', 'killed'); };
    await deliver();
    expect(status()).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toEqual([5]);
    expect(bench.telemetry.counts[METRIC.JOBS_RETRIED]).toBe(1);
  });

  test('on the last receive ends FAILED, and leaves the message for the dead-letter queue', async () => {
    start();
    bench.transcoder.onEncode = async () => { throw new TransientError('TOOL_KILLED', 'killed'); };
    await deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.FAILED, failure: { code: 'TOOL_KILLED' } });
    expect(bench.queue.returned).toEqual([0]);
    expect(bench.queue.deleted).toEqual([]);
  });

  test('that no retry mends ends FAILED at once', async () => {
    start();
    bench.store.onDownload = async () => { throw new PermanentError('ACCESS_OR_CONFIGURATION', 'denied'); };
    await deliver();
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.FAILED, failure: { code: 'ACCESS_OR_CONFIGURATION' } });
    expect(bench.queue.deleted).toEqual([]);
  });

  test('of our own making says nothing about our insides to the owner', async () => {
    start();
    bench.transcoder.onEncode = async () => { throw new TypeError('secret of ours'); };
    await deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video.failure).toEqual({ code: 'INTERNAL', message: 'The video could not be processed.' });
  });

  test('of a step is tried again within the job', async () => {
    start();
    let failures = 2;
    bench.store.onUpload = async () => {
      if (failures-- > 0) throw new TransientError('SERVICE_UNAVAILABLE', '503');
    };
    await deliver();
    expect(status()).toBe(VideoStatus.READY);
    expect(bench.transcoder.encodes).toBe(1);
  });

  test('a stage that shows no life is ended', async () => {
    start({ visibilitySeconds: 0.1 });
    bench.store.onDownload = signal => never(signal!);
    await deliver();
    expect(bench.telemetry.lines).toContain('The job is tried again later');
    expect(status()).toBe(VideoStatus.QUEUED);
  });

  test('a job over its time is ended', async () => {
    start({ maxJobMs: 80 });
    bench.transcoder.onEncode = ({ signal }) => never(signal);
    await deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video.failure?.code).toBe('JOB_TIMEOUT');
  });

  test('a source that cannot fit on the scratch disk ends FAILED before it is fetched', async () => {
    start({ scratchBytes: 1024 });
    const download = jest.spyOn(bench.store, 'download');
    await deliver();
    expect(bench.catalog.video.failure?.code).toBe('SCRATCH_TOO_SMALL');
    expect(download).not.toHaveBeenCalled();
  });
});

describe('a lease that is lost', () => {
  test('to a deletion ends the job without another write, and its message is deleted', async () => {
    start();
    bench.transcoder.onEncode = async ({ signal }) => {
      bench.catalog.set({ status: VideoStatus.DELETED });
      await never(signal);
    };
    await deliver();
    expect(status()).toBe(VideoStatus.DELETED);
    expect(bench.store.writes).toEqual([]);
    expect(bench.queue.deleted).toHaveLength(1);
  });

  test('at the very flip publishes nothing', async () => {
    start();
    bench.store.onUpload = async key => {
      if (key === epochMetadataKey(VIDEO_ID, 1)) bench.catalog.set({ status: VideoStatus.DELETED });
    };
    await deliver();
    expect(bench.catalog.publishes).toBe(0);
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(false);
  });

  test('because no heartbeat got through ends the job, too', async () => {
    start({ visibilitySeconds: 0.1 });
    bench.transcoder.onEncode = async ({ signal }) => {
      bench.queue.failure = new TransientError('SERVICE_UNAVAILABLE', '500');
      await never(signal);
    };
    bench.queue.push(message());
    await until(() => bench.telemetry.lines.includes('The job is tried again later'));
    bench.queue.failure = undefined;
    await until(() => bench.queue.returned.length > 0);
  });
});

describe('a lease that another worker holds', () => {
  beforeEach(() => {
    start();
    Object.assign(bench.catalog, { owner: 'other', epoch: 4 });
    bench.catalog.set({ status: VideoStatus.PROCESSING });
  });

  const sequencer = () => { bench.catalog.sequencer = objectCreated().detail.object.sequencer.padEnd(64, '0'); };

  test('keeps the message waiting beside the slots, and other work goes on', async () => {
    sequencer();
    const renewing = setInterval(() => { bench.catalog.renewals++; }, 10);
    bench.queue.push(message());
    await until(() => bench.queue.beats > 2);
    await deliver(message({ body: 'other work' }));
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
    await deliver();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(bench.settings.leaseMs);
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.READY, published: { epoch: 5 } });
  });

  test('for an older source is preempted at once', async () => {
    bench.catalog.sequencer = '0';
    await deliver();
    expect(bench.catalog.video.published?.epoch).toBe(5);
  });
});

describe('stopping', () => {
  test('an idle worker stops at once', async () => {
    start();
    const startedAt = Date.now();
    await stop();
    expect(Date.now() - startedAt).toBeLessThan(500);
  });

  test('a job that can end in time may', async () => {
    start();
    bench.transcoder.onEncode = () => new Promise(resolve => setTimeout(resolve, 150));
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    await stop();
    expect(status()).toBe(VideoStatus.READY);
    expect(bench.queue.deleted).toHaveLength(1);
  });

  test('a job whose pace says that it cannot is given back soon', async () => {
    start();
    bench.transcoder.onEncode = async ({ signal, onProgress }) => {
      await new Promise(resolve => setTimeout(resolve, 100));
      onProgress!(1);
      await never(signal);
    };
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    await new Promise(resolve => setTimeout(resolve, 150));
    const startedAt = Date.now();
    await stop();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(status()).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toEqual([0]);
  });

  test('a second signal gives everything back at once', async () => {
    start({ stopTimeoutMs: 60_000 });
    bench.transcoder.onEncode = ({ signal }) => never(signal);
    bench.queue.push(message());
    await until(() => bench.transcoder.encodes === 1);
    worker.stop('SIGTERM');
    await stop();
    expect(bench.queue.returned).toEqual([0]);
    expect(bench.catalog.owner).toBeUndefined();
  });

  test('a message that waits for another worker is given back at once', async () => {
    start();
    Object.assign(bench.catalog, { owner: 'other', sequencer: objectCreated().detail.object.sequencer.padEnd(64, '0') });
    bench.catalog.set({ status: VideoStatus.PROCESSING });
    bench.queue.push(message());
    await until(() => bench.queue.beats > 0);
    await stop();
    expect(bench.queue.returned).toEqual([0]);
  });
});

describe('the loop', () => {
  test('outlives a queue that fails', async () => {
    start();
    const receive = jest.spyOn(bench.queue, 'receive').mockRejectedValueOnce(new TransientError('SERVICE_UNAVAILABLE', '500'));
    bench.queue.push(message());
    await until(() => bench.queue.deleted.length === 1);
    expect(receive.mock.calls.length).toBeGreaterThan(1);
  });

  test('shows life, and clears what a killed worker left', async () => {
    start();
    await stop();
    const leftover = path.join(bench.scratch, 'jobs', 'job-old');
    fs.mkdirSync(leftover, { recursive: true });
    fs.writeFileSync(path.join(leftover, 'source'), 'x');
    worker = new Worker(bench.parts, bench.settings, 'worker-2');
    running = worker.run();
    await deliver();
    await until(() => fs.existsSync(path.join(bench.scratch, ALIVE_FILE)));
    expect(bench.leftovers).toEqual([]);
  });

  test('runs as many jobs side by side as it is told, and no more', async () => {
    start({ concurrency: 2 });
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
