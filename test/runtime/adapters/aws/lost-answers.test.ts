/** The worst moment for the network: the write is done, its answer is lost, and the SDK sends it again. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { aReadyVideo, aVideo, CatalogFixture, CREDENTIALS, startCatalog, TABLE, videoIdOf, SOON } from './catalog-fixture';
import { createDynamoDbClient } from '../../../../src/runtime/adapters/aws/clients';
import { DynamoDbLibraryCatalog } from '../../../../src/runtime/adapters/aws/dynamodb-library-catalog';
import { CatalogTable } from '../../../../src/runtime/adapters/aws/dynamodb-table';
import { DynamoDbUploadCatalog } from '../../../../src/runtime/adapters/aws/dynamodb-upload-catalog';

/** Delivers every request, and loses the first answer to each operation named. */
class LossyHandler {
  readonly lost: string[] = [];

  constructor(private readonly inner: DynamoDBClient['config']['requestHandler'], private readonly operations: string[]) {}

  async handle(...args: Parameters<DynamoDBClient['config']['requestHandler']['handle']>) {
    const response = await this.inner.handle(...args);
    const operation = String(args[0].headers['x-amz-target']).split('.').pop()!;
    if (this.operations.includes(operation) && !this.lost.includes(operation)) {
      this.lost.push(operation);
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
    }
    return response;
  }
}

type HttpHandler = DynamoDBClient['config']['requestHandler'];

let fixture: CatalogFixture;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  fixture = await startCatalog();
});
afterAll(async () => {
  clients.forEach(client => client.destroy());
  await fixture.stop();
});

function lossyTable(...operations: string[]): { table: CatalogTable; handler: LossyHandler } {
  const handler = new LossyHandler(fixture.client.config.requestHandler, operations);
  const client = createDynamoDbClient({
    endpoint: fixture.endpoint, region: 'eu-central-1', credentials: CREDENTIALS, requestHandler: handler as typeof handler & HttpHandler,
  });
  clients.push(client);
  return { table: new CatalogTable(client, TABLE), handler };
}

test('a video that was created is not reported as existing', async () => {
  const { table, handler } = lossyTable('PutItem');
  await new DynamoDbUploadCatalog(table).create(aVideo({ videoId: videoIdOf(1) }), SOON);
  expect(handler.lost).toEqual(['PutItem']);
});

test('a claim that was made is not taken for another’s', async () => {
  const { table, handler } = lossyTable('PutItem');
  const key = { ownerId: 'o', key: 'k', fingerprint: 'f', expiresAt: new Date(Date.now() + 60_000) };
  expect(await new DynamoDbUploadCatalog(table).claim(key, videoIdOf(2))).toEqual({ kind: 'claimed' });
  expect(handler.lost).toEqual(['PutItem']);
});

test('a view is counted once, not twice and not never', async () => {
  await new DynamoDbUploadCatalog(new CatalogTable(fixture.client, TABLE)).create(aReadyVideo({ videoId: videoIdOf(3) }), SOON);
  const { table, handler } = lossyTable('PutItem', 'UpdateItem');
  expect(await new DynamoDbLibraryCatalog(table).recordView(videoIdOf(3), 'event')).toEqual({ total: 1, counted: true });
  expect(handler.lost).toEqual(['PutItem', 'UpdateItem']);
});
