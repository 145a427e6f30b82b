import { randomUUID } from 'node:crypto';
import { DynamoDbProcessingCatalog } from '../../../../src/runtime/adapters/aws/dynamodb-processing-catalog';
import { SystemClock } from '../../../../src/runtime/adapters/system-clock';
import { comparableSequencer } from '../../../../src/runtime/contract';
import { LeaseLostError, PermanentError, TransientError } from '../../../../src/runtime/domain/errors';
import { PublishedMedia, VideoStatus } from '../../../../src/runtime/domain/video';
import { Lease, LeaseOutcome, Work } from '../../../../src/runtime/ports/processing-catalog';
import { startWorld, TABLE, World } from '../../../faults/support/world';

let world: World;
let catalog: DynamoDbProcessingCatalog;
let videoId: string;

beforeAll(async () => {
  world = await startWorld();
  catalog = new DynamoDbProcessingCatalog(world.dynamodb, new SystemClock(), { table: TABLE, leaseSeconds: 2 });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.hooks = {};
  videoId = await world.createVideo();
});

const work = (changes: Partial<Work> = {}): Work => ({
  videoId, workId: 'w1', sequencer: comparableSequencer('0A'), delivery: { messageId: 'm1', receiveCount: 1 }, ...changes,
});
const media = (epoch: number): PublishedMedia => ({
  epoch,
  workId: 'w1',
  masterPlaylist: 'master.m3u8',
  playlists: ['120p.m3u8'],
  renditions: [],
  posters: ['poster.jpg'],
  durationSeconds: 1.5,
  encodeSeconds: 0.5,
  sourceSha256: 'ab',
});
const failure = { code: 'X', message: 'it failed' };
const status = async () => (await world.item(videoId))!.video.status;

async function lease(changes: Partial<Work> = {}, owner: string = randomUUID()): Promise<Lease> {
  const outcome = await catalog.acquire(work(changes), owner);
  if (outcome.kind !== 'acquired') throw new Error(`expected a lease, got ${outcome.kind}`);
  return outcome.lease;
}

/** Lets the write happen and loses its answer. */
function loseTheAnswer(): void {
  let once = true;
  world.hooks = {
    intercept: async ({ operation, response }) => {
      if (operation !== 'UpdateItem' || !once) return false;
      once = false;
      response.end = (() => response.destroy()) as unknown as typeof response.end;
      return false;
    },
  };
}

describe('taking the lease', () => {
  test('a free video becomes PROCESSING at epoch 1, with the video of the write', async () => {
    const outcome = await catalog.acquire(work(), 'a');
    expect(outcome).toMatchObject({ kind: 'acquired', lease: { videoId, workId: 'w1', owner: 'a', epoch: 1 }, video: { status: 'PROCESSING' } });
    expect(await status()).toBe(VideoStatus.PROCESSING);
  });

  test('a held lease is not taken, and costs one read', async () => {
    await lease();
    const calls: string[] = [];
    world.hooks = { onCall: ({ operation }) => calls.push(operation) };
    expect(await catalog.acquire(work(), 'b')).toEqual({ kind: 'held', observation: { epoch: 1, renewals: 0 } });
    expect(calls).toEqual(['GetItem']);
  });

  test('a lease that has not moved since it was seen is taken over under the next epoch', async () => {
    await lease();
    expect(await catalog.acquire(work(), 'b', { epoch: 1, renewals: 0 })).toMatchObject({ kind: 'acquired', lease: { epoch: 2, owner: 'b' } });
  });

  test('a lease that was renewed since is not taken over', async () => {
    await catalog.renew(await lease());
    expect(await catalog.acquire(work(), 'b', { epoch: 1, renewals: 0 })).toEqual({ kind: 'held', observation: { epoch: 1, renewals: 1 } });
  });

  test('of many that try at once, exactly one gets it', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => catalog.acquire(work(), `owner-${index}`)));
    expect(outcomes.filter(({ kind }) => kind === 'acquired')).toHaveLength(1);
    expect((await world.item(videoId))!.epoch).toBe(1);
  });

  test('a newer source takes it from the living owner, whose writes are refused from then on', async () => {
    const old = await lease();
    await lease({ sequencer: comparableSequencer('0B'), workId: 'w2' });
    await expect(catalog.renew(old)).rejects.toThrow(LeaseLostError);
    await expect(catalog.publish(old, media(1), 1)).rejects.toThrow(LeaseLostError);
    expect(await status()).toBe(VideoStatus.PROCESSING);
  });

  test('an older source is superseded, whoever holds the lease', async () => {
    const newest = await lease({ sequencer: comparableSequencer('0B') });
    expect(await catalog.acquire(work(), 'b')).toEqual({ kind: 'superseded' });
    await catalog.release(newest);
    expect(await catalog.acquire(work(), 'b')).toEqual({ kind: 'superseded' });
  });

  test('a video that nobody created is unknown', async () => {
    expect(await catalog.acquire(work({ videoId: randomUUID() }), 'a')).toEqual({ kind: 'unknown' });
  });

  test('a lost answer is found again: the same owner holds the lease', async () => {
    loseTheAnswer();
    expect(await catalog.acquire(work(), 'a')).toMatchObject({ kind: 'acquired', lease: { owner: 'a', epoch: 1 } });
  });
});

describe('publishing', () => {
  test('makes the video READY once, with its media, and frees the lease', async () => {
    const held = await lease();
    await catalog.publish(held, media(1), 4711);
    expect(await world.item(videoId)).toMatchObject({
      owner: undefined, video: { status: 'READY', sizeBytes: 4711, published: { epoch: 1, durationSeconds: 1.5 } },
    });
  });

  test('whose answer was lost has happened', async () => {
    const held = await lease();
    loseTheAnswer();
    await catalog.publish(held, media(1), 1);
    await catalog.publish(held, media(1), 1);
    expect(await status()).toBe(VideoStatus.READY);
  });

  test.each(['publish', 'finish', 'release', 'renew', 'reportProgress'] as const)('%s of an old epoch is refused', async method => {
    const old = await lease();
    await catalog.acquire(work(), 'b', { epoch: 1, renewals: 0 });
    const calls = {
      publish: () => catalog.publish(old, media(1), 1),
      finish: () => catalog.finish(old, VideoStatus.FAILED, failure),
      release: () => catalog.release(old),
      renew: () => catalog.renew(old),
      reportProgress: () => catalog.reportProgress(old, { stage: 'encode', percent: 1 }),
    };
    await expect(calls[method]()).rejects.toThrow(LeaseLostError);
    expect(await status()).toBe(VideoStatus.PROCESSING);
  });

  test('does not bring a deleted video back', async () => {
    const held = await lease();
    await world.deleteVideo(videoId);
    await expect(catalog.publish(held, media(1), 1)).rejects.toThrow(LeaseLostError);
    expect(await catalog.acquire(work(), 'b')).toMatchObject({ kind: 'finished', video: { status: 'DELETED' } });
  });
});

describe('ends', () => {
  test('READY and REJECTED are final for every later message, newer sources included', async () => {
    const held = await lease();
    await catalog.finish(held, VideoStatus.REJECTED, failure);
    const later = work({ sequencer: comparableSequencer('FF') });
    expect(await catalog.acquire(later, 'b')).toMatchObject({ kind: 'finished', video: { status: 'REJECTED', failure } });
  });

  test('FAILED lets the message that failed pass on to the dead-letter queue', async () => {
    await catalog.finish(await lease(), VideoStatus.FAILED, failure);
    expect(await catalog.acquire(work({ delivery: { messageId: 'm1', receiveCount: 2 } }), 'b')).toMatchObject({ kind: 'failed' });
  });

  test.each([
    ['a message of its own', { messageId: 'm2', receiveCount: 1 }],
    ['the same message with its count started anew', { messageId: 'm1', receiveCount: 1 }],
  ])('FAILED is tried again by a redrive: %s', async (_what, delivery) => {
    await catalog.finish(await lease(), VideoStatus.FAILED, failure);
    const outcome: LeaseOutcome = await catalog.acquire(work({ delivery }), 'b');
    expect(outcome).toMatchObject({ kind: 'acquired', lease: { epoch: 2 } });
    expect((await world.item(videoId))!.video.failure).toBeUndefined();
  });

  test('a released video is QUEUED and free at once', async () => {
    await catalog.release(await lease());
    expect(await status()).toBe(VideoStatus.QUEUED);
    expect(await catalog.observe(work())).toEqual({ kind: 'free' });
    expect((await lease()).epoch).toBe(2);
  });

  test.each(['finish', 'release'] as const)('%s whose answer was lost has happened', async method => {
    const held = await lease();
    loseTheAnswer();
    await (method === 'finish' ? catalog.finish(held, VideoStatus.FAILED, failure) : catalog.release(held));
    expect(await status()).toBe(method === 'finish' ? VideoStatus.FAILED : VideoStatus.QUEUED);
  });

  test('progress is there for viewers while the job runs, and gone after it', async () => {
    const held = await lease();
    await catalog.reportProgress(held, { stage: 'encode', percent: 40 });
    expect((await catalog.get(videoId))!.progress).toEqual({ stage: 'encode', percent: 40 });
    await catalog.release(held);
    expect((await catalog.get(videoId))!.progress).toBeUndefined();
  });
});

describe('failures of the service', () => {
  const refuse = (type: string) => {
    world.hooks = {
      intercept: async ({ service, response }) => {
        if (service !== 'dynamodb') return false;
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' }));
        return true;
      },
    };
  };

  test('throttling is worth another try', async () => {
    refuse('ProvisionedThroughputExceededException');
    await expect(catalog.get(videoId)).rejects.toThrow(TransientError);
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException'])('%s is not', async type => {
    refuse(type);
    await expect(catalog.get(videoId)).rejects.toThrow(PermanentError);
  });
});
