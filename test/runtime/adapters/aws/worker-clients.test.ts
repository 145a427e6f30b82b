import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createWorkerClients, WorkerClients } from '../../../../src/runtime/adapters/aws/worker-clients';
import { BUCKET, REGION, startWorld, TABLE, workerRole, World } from '../../../faults/support/world';

let world: World;
let clients: WorkerClients;
const environment = { ...process.env };

beforeAll(async () => {
  world = await startWorld();
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: world.gateway.endpoint,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${world.gateway.endpoint}${world.gateway.credentials.containerPath(workerRole(0))}`,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
  clients = createWorkerClients(1_000);
  await world.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'uploads/x', Body: 'x' }));
});
afterAll(async () => {
  Object.values(clients).forEach(client => client.destroy());
  await world.close();
  process.env = environment;
});

const CALLS: Array<[string, () => Promise<unknown>]> = [
  ['DynamoDB', () => clients.dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }))],
  ['SQS', () => clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: world.queueUrl }))],
  ['S3, by a HEAD that is refused without a word', () => clients.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'uploads/x' }))],
];

test.each(CALLS)('a session that ended early is replaced: %s', async (_service, call) => {
  await call();
  world.expireCredentials(0);
  await expect(call()).rejects.toThrow();
  await call();
});

test('a call that is never answered ends by itself', async () => {
  world.hooks = { intercept: async ({ service }) => service === 'dynamodb' };
  const startedAt = Date.now();
  await expect(CALLS[0][1]()).rejects.toThrow();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});

test('credentials that never come are asked for again', async () => {
  let asked = 0;
  world.hooks = { intercept: async ({ service }) => service === 'credentials' && ++asked === 1 };
  const unserved = createWorkerClients(1_000);
  const read = async () => unserved.dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }));
  await expect(Promise.all([read(), read()])).rejects.toThrow('No credentials came within 1000 ms.');
  await read();
  Object.values(unserved).forEach(client => client.destroy());
}, 20_000);
