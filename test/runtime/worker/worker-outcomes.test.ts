/** What becomes of a message and its video. */
import { VIDEO_ID } from './support/events';
import { Bench, message } from './support/fakes';
import { never, useWorker } from './support/worker-under-test';
import { epochMetadataKey, mediaPrefix, METRIC, metadataKey, STANDARD_LADDER } from '../../../src/runtime/contract';
import { PermanentError, RejectedError, RejectionCode, TransientError } from '../../../src/runtime/domain/errors';
import { FailureCode } from '../../../src/runtime/domain/failure-codes';
import { VideoStatus } from '../../../src/runtime/domain/video';
import { until } from '../../support/until';

const worker = useWorker();
const prefix = (epoch: number) => mediaPrefix(VIDEO_ID, epoch);

describe('a good source', () => {
  test('is published: media first, playlists last, then the document; the message is deleted at the end', async () => {
    const bench = worker.start();
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.READY);
    expect(bench.store.writes.slice(0, 3).sort()).toEqual([`${prefix(1)}360p.mp4`, `${prefix(1)}audio.mp4`, `${prefix(1)}poster.jpg`]);
    expect(bench.store.writes.slice(3)).toEqual([
      `${prefix(1)}360p.m3u8`, `${prefix(1)}master.m3u8`, epochMetadataKey(VIDEO_ID, 1), metadataKey(VIDEO_ID),
    ]);
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.catalog.video.published).toMatchObject({ epoch: 1, masterPlaylist: 'master.m3u8', playlists: ['360p.m3u8'], sourceSha256: 'abc' });
    expect(bench.telemetry.counts[METRIC.JOBS_READY]).toBe(1);
  });

  test('is published with the file that the profile asks for beside HLS', async () => {
    const bench = worker.start({ profile: { ...STANDARD_LADDER, progressiveMp4: true } });
    await worker.deliver();
    expect(bench.catalog.video.published).toMatchObject({ progressive: 'progressive.mp4', posters: ['poster.jpg'] });
  });

  test('is not encoded again because a tool could not state its version at once', async () => {
    const bench = worker.start();
    const versions = jest.spyOn(bench.transcoder, 'versions').mockRejectedValueOnce(new TransientError(FailureCode.TOOL_STALLED, 'stopped'));
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.READY);
    expect(versions).toHaveBeenCalledTimes(2);
    expect(bench.transcoder.encodes).toBe(1);
  });

  test('reports its stages', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async () => new Promise(resolve => setTimeout(resolve, 100));
    await worker.deliver();
    expect(bench.catalog.progress).toContain('encode');
  });

  test('is processed once, however often the message comes; a rerun after the end costs two reads', async () => {
    const bench = worker.start();
    await worker.deliver();
    const acquire = jest.spyOn(bench.catalog, 'acquire');
    const reads = bench.store.reads.length;
    await worker.deliver();
    expect(bench.transcoder.encodes).toBe(1);
    expect(acquire).toHaveBeenCalledTimes(1);
    expect(bench.store.reads.slice(reads)).toEqual([`head ${metadataKey(VIDEO_ID)}`]);
    expect(bench.queue.deleted).toHaveLength(2);
  });

  test('whose worker died right after the flip gets its document from the next one', async () => {
    const bench = worker.start();
    await worker.deliver();
    bench.store.objects.delete(metadataKey(VIDEO_ID));
    await worker.deliver();
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(true);
    expect(bench.transcoder.encodes).toBe(1);
  });

  test('gets its document even where S3 answers 403 for what is missing, as to a role that may not list', async () => {
    const bench = worker.start();
    await worker.deliver();
    bench.store.objects.delete(metadataKey(VIDEO_ID));
    jest.spyOn(bench.store, 'head').mockRejectedValue(new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, 'Forbidden'));
    await worker.deliver();
    expect(bench.store.objects.has(metadataKey(VIDEO_ID))).toBe(true);
    expect(bench.queue.deleted).toHaveLength(2);
  });

  test('keeps the message invisible and the lease alive while it lasts, and the task protected', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async () => new Promise(resolve => setTimeout(resolve, 200));
    await worker.deliver();
    expect(bench.queue.beats).toBeGreaterThanOrEqual(4);
    expect(bench.catalog.renewals).toBeGreaterThanOrEqual(3);
    await until(() => bench.protections.at(-1) === false);
    expect(bench.protections[0]).toBe(true);
  });
});

describe('a source that is refused', () => {
  const CASES: Array<[string, (bench: Bench) => void, string]> = [
    ['removed', bench => { bench.store.facts = undefined; }, 'SOURCE_MISSING'],
    ['empty', bench => { bench.store.facts = { ...bench.store.facts!, sizeBytes: 0 }; }, 'SOURCE_EMPTY'],
    ['larger than the message said and than allowed', bench => { bench.store.facts = { ...bench.store.facts!, sizeBytes: 1_001 }; }, 'SOURCE_TOO_LARGE'],
    ['no video', bench => {
      bench.transcoder.onInspect = async () => { throw new RejectedError(RejectionCode.UNSUPPORTED_FORMAT, 'not a video'); };
    }, 'UNSUPPORTED_FORMAT'],
  ];
  test.each(CASES)('%s: ends REJECTED with its code, and no encoder starts', async (_what, arrange, code) => {
    const bench = worker.start();
    arrange(bench);
    await worker.deliver();
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.REJECTED, failure: { code } });
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.transcoder.encodes).toBe(0);
    expect(bench.telemetry.counts[METRIC.JOBS_REJECTED]).toBe(1);
  });

  test('a message that names a version which does not exist does not reject a video that has another', async () => {
    const bench = worker.start();
    bench.store.current = bench.store.facts;
    bench.store.facts = undefined;
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toHaveLength(1);
  });
});

describe('messages that are no jobs', () => {
  test('stay for the dead-letter queue, are counted, and do not stop the worker', async () => {
    const bench = worker.start();
    await worker.deliver(message({ body: 'hello' }));
    expect(bench.queue.returned).toEqual([1]);
    expect(bench.telemetry.counts[METRIC.MESSAGES_MALFORMED]).toBe(1);
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.READY);
  });

  test('of a video that nobody created stay, too', async () => {
    const bench = worker.start();
    bench.catalog.videos.clear();
    await worker.deliver();
    expect(bench.queue.deleted).toEqual([]);
    expect(bench.transcoder.encodes).toBe(0);
    bench.catalog.set({});
  });

  test('of an older source are deleted without effect', async () => {
    const bench = worker.start();
    bench.catalog.sequencer = 'F'.repeat(64);
    await worker.deliver();
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.transcoder.encodes).toBe(0);
  });

  test.each([VideoStatus.REJECTED, VideoStatus.DELETED])('of a video that is %s are deleted without effect', async final => {
    const bench = worker.start();
    bench.catalog.set({ status: final });
    await worker.deliver();
    expect(bench.queue.deleted).toHaveLength(1);
    expect(bench.store.reads).toEqual([]);
  });
});

describe('trouble', () => {
  test('that may pass gives the message back after a jittered while, the video QUEUED', async () => {
    const bench = worker.start({ visibilitySeconds: 10 });
    bench.transcoder.onEncode = async () => { throw new TransientError(FailureCode.TOOL_KILLED, 'killed'); };
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.QUEUED);
    expect(bench.queue.returned).toEqual([5]);
    expect(bench.telemetry.counts[METRIC.JOBS_RETRIED]).toBe(1);
  });

  test('on the last receive ends FAILED, and leaves the message for the dead-letter queue', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async () => { throw new TransientError(FailureCode.TOOL_KILLED, 'killed'); };
    await worker.deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.FAILED, failure: { code: 'TOOL_KILLED' } });
    expect(bench.queue.returned).toEqual([0]);
    expect(bench.queue.deleted).toEqual([]);
  });

  test('that no retry mends ends FAILED at once', async () => {
    const bench = worker.start();
    bench.store.onDownload = async () => { throw new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, 'denied'); };
    await worker.deliver();
    expect(bench.catalog.video).toMatchObject({ status: VideoStatus.FAILED, failure: { code: 'ACCESS_OR_CONFIGURATION' } });
    expect(bench.queue.deleted).toEqual([]);
  });

  test('of our own making says nothing about our insides to the owner', async () => {
    const bench = worker.start();
    bench.transcoder.onEncode = async () => { throw new TypeError('secret of ours'); };
    await worker.deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video.failure).toEqual({ code: 'INTERNAL', message: 'The video could not be processed.' });
  });

  test('of a step is tried again within the job', async () => {
    const bench = worker.start();
    let failures = 2;
    bench.store.onUpload = async () => {
      if (failures-- > 0) throw new TransientError(FailureCode.SERVICE_UNAVAILABLE, '503');
    };
    await worker.deliver();
    expect(worker.status).toBe(VideoStatus.READY);
    expect(bench.transcoder.encodes).toBe(1);
  });

  test('a stage that shows no life is ended', async () => {
    const bench = worker.start({ visibilitySeconds: 0.1 });
    bench.store.onDownload = signal => never(signal!);
    await worker.deliver();
    expect(bench.telemetry.lines).toContain('The job will be retried');
    expect(worker.status).toBe(VideoStatus.QUEUED);
  });

  test('a job over its time is ended', async () => {
    const bench = worker.start({ maxJobMs: 80 });
    bench.transcoder.onEncode = ({ signal }) => never(signal);
    await worker.deliver(message({ receiveCount: 3 }));
    expect(bench.catalog.video.failure?.code).toBe('JOB_TIMEOUT');
  });

  test('a source that cannot fit on the scratch disk ends FAILED before it is fetched', async () => {
    const bench = worker.start({ scratchBytes: 1024 });
    const download = jest.spyOn(bench.store, 'download');
    await worker.deliver();
    expect(bench.catalog.video.failure?.code).toBe('SCRATCH_TOO_SMALL');
    expect(download).not.toHaveBeenCalled();
  });
});
