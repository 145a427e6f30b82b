/**
 * Whatever lies in the job queue, with the real worker on the real protocol: no tool starts for it, it ends where it belongs, and the
 * worker goes on. What exactly each body is refused for is tested with the parser.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { makeClips } from './support/clips';
import { filesOpened, removeRecordedBundle, toolStarts } from './support/recorded-bundle';
import { WorkerProcess } from './support/worker-process';
import { startWorld, workerRole, World } from './support/world';
import { CallRecord } from '../../local/aws/gateway';
import { ObjectCreatedEvent } from '../../src/runtime/contract';
import { EventChanges, objectCreated } from '../runtime/worker/support/events';
import { MALFORMED } from '../runtime/worker/support/malformed-messages';

/** SQS itself refuses a message without a body. */
const SENDABLE = Object.entries(MALFORMED).map(([name, body]) => [name, body === '' ? ' ' : body] as const);
const MAX_UPLOAD_BYTES = 1024 * 1024;
/** What a stranger may write into a message besides. */
const FORGED = { ownerId: 'mallory', status: 'READY' };

const calls: CallRecord[] = [];
const uploads: Record<'large' | 'empty' | 'other' | 'good', { videoId: string; event: ObjectCreatedEvent }> = Object.create(null);
let world: World;
let worker: WorkerProcess;

const forged = (changes: EventChanges) => JSON.stringify({ ...FORGED, ...objectCreated(changes) });
const end = async (videoId: string) => {
  const { status, failure, ownerId } = (await world.item(videoId))!.video;
  return [status, failure?.code, ownerId];
};

/** Uploads beside the queue: the message that the upload itself sent is taken away, so that only the test's own words arrive. */
async function uploadSilently(name: keyof typeof uploads, content: Buffer): Promise<void> {
  const file = path.join(world.directory, name);
  fs.writeFileSync(file, content);
  const videoId = await world.createVideo();
  uploads[name] = { videoId, event: await world.upload(videoId, file) };
  const { Messages = [] } = await world.sqs.send(new ReceiveMessageCommand({ QueueUrl: world.queueUrl, WaitTimeSeconds: 5 }));
  expect(Messages).toHaveLength(1);
  await world.sqs.send(new DeleteMessageCommand({ QueueUrl: world.queueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
}

/** What the upload of this name announced, with something changed. */
function announced(name: keyof typeof uploads, changes: EventChanges): string {
  const { videoId, event: { detail: { object } } } = uploads[name];
  return forged({ videoId, size: object.size, versionId: object['version-id'], sequencer: object.sequencer, ...changes });
}

/** Waits until the queue is empty and stays so. */
async function settle(): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let quiet = 0; quiet < 2; await delay(100)) {
    quiet = await world.backlog() === 0 ? quiet + 1 : 0;
    if (Date.now() > deadline || !worker.running) throw new Error(['The queue does not settle.', ...worker.tail()].join('\n'));
  }
}

beforeAll(async () => {
  world = await startWorld();
  world.hooks = { onCall: call => calls.push(call) };
  const clip = fs.readFileSync(makeClips(path.join(world.directory, 'clips')).silent.file);
  await uploadSilently('large', Buffer.alloc(MAX_UPLOAD_BYTES + 1));
  await uploadSilently('empty', Buffer.alloc(0));
  await uploadSilently('other', clip);
  await uploadSilently('good', clip);
  worker = new WorkerProcess(world, 0, path.join(world.directory, 'worker-0'), {
    // A parked message is back after a second, one that is tried again within three, then six.
    environment: { CONCURRENCY: '5', VISIBILITY_TIMEOUT_SECONDS: '3', MAX_UPLOAD_BYTES: String(MAX_UPLOAD_BYTES) },
  });
}, 60_000);

afterAll(async () => {
  await worker?.kill();
  await world?.close();
  removeRecordedBundle();
});

test('messages that are no jobs end in the dead-letter queue; neither catalog nor bucket is asked about them', async () => {
  await Promise.all(SENDABLE.map(([, body]) => world.send(body)));
  await settle();
  const dead = await world.drainDeadLetters();
  const missing = SENDABLE.filter(([, body]) => !dead.includes(body)).map(([name]) => name);
  expect({ missing, dead: dead.length }).toEqual({ missing: [], dead: SENDABLE.length });
  const asked = calls.filter(({ principalArn, service }) => principalArn === workerRole(0) && ['s3', 'dynamodb'].includes(service));
  expect(asked).toEqual([]);
  expect(toolStarts()).toEqual([]);
});

test('messages that name what is not there, or tell lies about what is, end where they belong', async () => {
  const removed = await world.createVideo();
  const hopeless = [forged({ videoId: randomUUID() }), announced('other', { versionId: 'another' }), forged({ videoId: removed })];
  const deleted = await world.createVideo();
  await world.deleteVideo(deleted);
  const bodies = [...hopeless, forged({ videoId: deleted }), announced('large', { size: 10 }), announced('empty', { size: 1e15 })];
  await Promise.all(bodies.map(body => world.send(body)));
  await settle();
  expect({
    removed: await end(removed),
    deleted: await end(deleted),
    large: await end(uploads.large.videoId),
    empty: await end(uploads.empty.videoId),
    other: await end(uploads.other.videoId),
  }).toEqual({
    // The role may not list, so S3 refuses to say that an object is missing.
    removed: ['FAILED', 'ACCESS_OR_CONFIGURATION', 'owner-1'],
    deleted: ['DELETED', undefined, 'owner-1'],
    large: ['REJECTED', 'SOURCE_TOO_LARGE', 'owner-1'],
    empty: ['REJECTED', 'SOURCE_EMPTY', 'owner-1'],
    other: ['FAILED', 'ACCESS_OR_CONFIGURATION', 'owner-1'],
  });
  expect((await world.drainDeadLetters()).sort()).toEqual([...hopeless].sort());
  expect(filesOpened()).toEqual([]);
});

test('the worker is alive, and makes a good source READY whatever its message lies about', async () => {
  await world.send(announced('good', { size: 1e15 }));
  await settle();
  expect(await end(uploads.good.videoId)).toEqual(['READY', undefined, 'owner-1']);
  expect(filesOpened().length).toBeGreaterThan(0);
});

test('duplicates and older messages of a READY video do nothing', async () => {
  const opened = filesOpened();
  const { epoch, video: { published } } = (await world.item(uploads.good.videoId))!;
  await Promise.all([announced('good', {}), announced('good', {}), announced('good', { sequencer: '00' })].map(body => world.send(body)));
  await settle();
  expect(await world.item(uploads.good.videoId)).toMatchObject({ epoch, video: { published, ownerId: 'owner-1' } });
  expect([filesOpened(), await world.drainDeadLetters(), worker.leftovers, worker.running]).toEqual([opened, [], [], true]);
});
