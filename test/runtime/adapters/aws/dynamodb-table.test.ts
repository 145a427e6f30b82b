import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { videoIdOf } from './catalog-fixture';
import { CatalogTable } from '../../../../src/runtime/adapters/aws/dynamodb-table';
import { videoItemKey } from '../../../../src/runtime/adapters/aws/dynamodb-video-item';
import { PermanentError, TransientError } from '../../../../src/runtime/domain/errors';

const client = mockClient(DynamoDBClient);
const table = new CatalogTable(new DynamoDBClient({ region: 'eu-central-1' }), 'Catalog');
const KEY = videoItemKey(videoIdOf(1));

beforeEach(() => {
  client.reset();
  client.rejects('unexpected call');
});

function failure(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('from the service'), { name, $metadata: { httpStatusCode } });
}

test('reads what was written before, always', async () => {
  client.on(GetItemCommand, { TableName: 'Catalog', Key: KEY, ConsistentRead: true }).resolves({});
  expect(await table.get(KEY)).toBeUndefined();
});

test.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
  'a hot video is told apart from a broken catalog: %s', async name => {
    client.on(UpdateItemCommand).rejects(failure(name, 400));
    await expect(table.update(KEY, { expression: 'ADD x :one', condition: 'c' })).rejects.toMatchObject({ code: 'CATALOG_THROTTLED', retryable: true });
  });

test.each([
  ['an internal error of the service', 'InternalServerError', 500, TransientError],
  ['a missing permission', 'AccessDeniedException', 400, PermanentError],
  ['a missing table', 'ResourceNotFoundException', 400, PermanentError],
])('%s is what it is', async (_what, name, status, kind) => {
  client.on(GetItemCommand).rejects(failure(name, status));
  await expect(table.get(KEY)).rejects.toThrow(kind);
});
