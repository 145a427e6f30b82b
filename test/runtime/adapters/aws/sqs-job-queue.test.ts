import { SqsJobQueue } from '../../../../src/runtime/adapters/aws/sqs-job-queue';
import { TransientError } from '../../../../src/runtime/domain/errors';
import { startWorld, World } from '../../../faults/support/world';

let world: World;
let queue: SqsJobQueue;
const never = new AbortController().signal;

beforeAll(async () => {
  world = await startWorld();
  queue = new SqsJobQueue(world.sqs, { queueUrl: world.queueUrl, receiveVisibilitySeconds: 5 });
});
afterAll(() => world.close());
beforeEach(() => { world.hooks = {}; });

test('a message is received with its body and how often it was, given back at once, and deleted', async () => {
  await world.send('hello');
  const [first] = await queue.receive(1, never);
  expect(first).toMatchObject({ body: 'hello', receiveCount: 1 });
  await queue.changeVisibility(first, 0);
  const [second] = await queue.receive(1, never);
  expect(second).toMatchObject({ messageId: first.messageId, receiveCount: 2 });
  await queue.delete(second);
  expect(await world.backlog()).toBe(0);
});

test('a poll that is cut off returns at once and empty', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 50);
  const startedAt = Date.now();
  expect(await queue.receive(1, abort.signal)).toEqual([]);
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  expect(await queue.receive(1, abort.signal)).toEqual([]);
});

test('a long poll wakes up for a message', async () => {
  const polling = queue.receive(1, never);
  setTimeout(() => void world.send('late'), 100);
  const [message] = await polling;
  expect(message.body).toBe('late');
  await queue.delete(message);
});

test.each([[500, 'InternalFailure'], [400, 'MessageNotInflight']])('an answer of %i is worth another try', async (status, type) => {
  world.hooks = {
    intercept: async ({ service, response }) => {
      if (service !== 'sqs') return false;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: type, message: 'injected' }));
      return true;
    },
  };
  const message = { messageId: 'm', receiptHandle: 'r', body: '', receiveCount: 1 };
  await expect(queue.changeVisibility(message, 1)).rejects.toThrow(TransientError);
  await expect(queue.delete(message)).rejects.toThrow(TransientError);
  await expect(queue.receive(1, never)).rejects.toThrow(TransientError);
});
