import {
  AttributeValue, BatchGetItemCommand, CreateTableCommand, DeleteItemCommand, DescribeTableCommand, DynamoDBClient,
  ExecuteStatementCommand, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand, ScanCommand, TransactWriteItemsCommand,
  UpdateItemCommand, UpdateItemCommandInput, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { ACCOUNT, Platform, REGION, STRANGER, TABLE, TABLE_ARN, WORKER } from '../support/platform';

let platform: Platform;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  platform = await Platform.start();
  dynamodb = platform.dynamodb();
});
afterAll(() => platform.close());

type Item = Record<string, AttributeValue>;
const key = (id: string): Item => ({ pk: { S: `VIDEO#${id}` }, sk: { S: 'VIDEO' } });

async function put(item: Item): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: item }));
}

async function get(id: string): Promise<Item | undefined> {
  return (await dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: key(id), ConsistentRead: true }))).Item;
}

function update(id: string, input: Partial<UpdateItemCommandInput>, client = dynamodb): Promise<unknown> {
  return client.send(new UpdateItemCommand({ TableName: TABLE, Key: key(id), ...input }));
}

describe('conditional writes', () => {
  test('a put that must create fails on what exists, and leaves it as it was', async () => {
    const create = (title: string) => dynamodb.send(new PutItemCommand({
      TableName: TABLE, Item: { ...key('create'), title: { S: title } }, ConditionExpression: 'attribute_not_exists(pk)',
    }));
    await create('first');
    await expect(create('second')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await get('create'))?.title).toEqual({ S: 'first' });
  });

  test('of many workers that take the same lease at once, one gets it', async () => {
    await put({ ...key('lease'), epoch: { N: '0' }, leaseUntil: { N: '0' } });
    const take = (owner: string) => update('lease', {
      UpdateExpression: 'SET #owner = :owner, epoch = epoch + :one, leaseUntil = :until',
      ConditionExpression: 'leaseUntil < :now',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': { S: owner }, ':one': { N: '1' }, ':until': { N: '200' }, ':now': { N: '100' } },
    }).then(() => 'won', (error: Error) => error.name);
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => take(`worker-${index}`)));
    expect(outcomes.filter(outcome => outcome === 'won')).toHaveLength(1);
    expect(outcomes.filter(outcome => outcome === 'ConditionalCheckFailedException')).toHaveLength(19);
    expect((await get('lease'))?.epoch).toEqual({ N: '1' });
  });

  test('an outdated epoch cannot publish', async () => {
    await put({ ...key('publish'), epoch: { N: '2' }, status: { S: 'PROCESSING' } });
    const publish = (epoch: string) => update('publish', {
      UpdateExpression: 'SET #status = :ready',
      ConditionExpression: '#status = :processing AND epoch = :epoch',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':ready': { S: 'READY' }, ':processing': { S: 'PROCESSING' }, ':epoch': { N: epoch } },
    });
    await expect(publish('1')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await publish('2');
    expect((await get('publish'))?.status).toEqual({ S: 'READY' });
  });

  test('concurrent increments are all counted', async () => {
    await put(key('views'));
    await Promise.all(Array.from({ length: 50 }, () => update('views', {
      UpdateExpression: 'ADD #views :one', ExpressionAttributeNames: { '#views': 'views' }, ExpressionAttributeValues: { ':one': { N: '1' } },
    })));
    expect((await get('views'))?.views).toEqual({ N: '50' });
  });

  test('maps and lists are updated in place and the new item is returned', async () => {
    await put({ ...key('map'), progress: { M: { step: { S: 'probe' } } } });
    const { Attributes } = await dynamodb.send(new UpdateItemCommand({
      TableName: TABLE,
      Key: key('map'),
      UpdateExpression: 'SET progress.#percent = :percent, history = list_append(if_not_exists(history, :none), :entry) REMOVE progress.step',
      ExpressionAttributeNames: { '#percent': 'percent' },
      ExpressionAttributeValues: { ':percent': { N: '40' }, ':none': { L: [] }, ':entry': { L: [{ S: 'encode' }] } },
      ReturnValues: 'ALL_NEW',
    }));
    expect(Attributes).toEqual({ ...key('map'), progress: { M: { percent: { N: '40' } } }, history: { L: [{ S: 'encode' }] } });
  });

  test('a conditional delete keeps what does not match', async () => {
    await put({ ...key('delete'), status: { S: 'READY' } });
    const remove = (status: string) => dynamodb.send(new DeleteItemCommand({
      TableName: TABLE,
      Key: key('delete'),
      ConditionExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: status } },
    }));
    await expect(remove('FAILED')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await remove('READY');
    expect(await get('delete')).toBeUndefined();
  });
});

describe('reading many', () => {
  beforeAll(async () => {
    const items = Array.from({ length: 5 }, (_, index) => ({
      ...key(`list-${index}`), owner: { S: 'anna' }, createdAt: { S: `2026-01-0${index + 1}` },
    }));
    for (const Item of items) await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item }));
  });

  test('an index is queried newest first, page by page', async () => {
    const page = (ExclusiveStartKey?: Item) => dynamodb.send(new QueryCommand({
      TableName: TABLE,
      IndexName: 'by-owner',
      Limit: 2,
      ScanIndexForward: false,
      ExclusiveStartKey,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': { S: 'anna' } },
    }));
    const dates: Array<string | undefined> = [];
    for (let next: Item | undefined, more = true; more; more = next !== undefined) {
      const { Items = [], LastEvaluatedKey } = await page(next);
      dates.push(...Items.map(item => item.createdAt.S));
      next = LastEvaluatedKey;
    }
    expect(dates).toEqual(['2026-01-05', '2026-01-04', '2026-01-03', '2026-01-02', '2026-01-01']);
  });

  test('a scan with a consistent read and a filter', async () => {
    const { Count } = await dynamodb.send(new ScanCommand({
      TableName: TABLE,
      ConsistentRead: true,
      FilterExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': { S: 'anna' } },
    }));
    expect(Count).toBe(5);
  });

  test('a table may be named by its ARN', async () => {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: TABLE_ARN, Key: key('list-0') }));
    expect(Item?.owner).toEqual({ S: 'anna' });
  });

  test('a table describes itself with the ARN of the template', async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: TABLE }));
    expect([Table?.TableArn, Table?.TableStatus, Table?.GlobalSecondaryIndexes?.[0].IndexArn]).toEqual([TABLE_ARN, 'ACTIVE', `${TABLE_ARN}/index/by-owner`]);
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([TABLE]);
  });
});

describe('what it cannot do is refused by name', () => {
  const item = { TableName: TABLE, Item: key('x') };
  test.each([
    ['TransactWriteItems', () => dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: item }] }))],
    ['BatchGetItem', () => dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [key('x')] } } }))],
    ['ExecuteStatement', () => dynamodb.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM catalog' }))],
    ['UpdateTimeToLive', () => dynamodb.send(new UpdateTimeToLiveCommand({
      TableName: TABLE, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    }))],
    ['CreateTable', () => dynamodb.send(new CreateTableCommand({ TableName: 'other', KeySchema: [], AttributeDefinitions: [] }))],
    ['PutItem with ReturnValuesOnConditionCheckFailure', () => dynamodb.send(new PutItemCommand({ ...item, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))],
  ])('%s', async (call, run) => {
    await expect(run()).rejects.toThrow(`The local DynamoDB does not implement ${call}`);
    expect(await get('x')).toBeUndefined();
  });

  test('a table that the template does not define', async () => {
    await expect(dynamodb.send(new GetItemCommand({ TableName: 'other', Key: key('x') }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('permissions', () => {
  test('a role may do what its statements allow and nothing else', async () => {
    const worker = platform.dynamodb(WORKER);
    await put(key('grants'));
    await expect(worker.send(new GetItemCommand({ TableName: TABLE, Key: key('grants') }))).resolves.toMatchObject({ Item: key('grants') });
    await expect(worker.send(new PutItemCommand({ TableName: TABLE, Item: key('forged') }))).rejects.toMatchObject({
      name: 'AccessDeniedException', message: expect.stringContaining(`${WORKER} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE_ARN}`),
    });
    await expect(worker.send(new GetItemCommand({ TableName: TABLE_ARN, Key: key('grants') }))).resolves.toBeDefined();
    await expect(platform.dynamodb(STRANGER).send(new GetItemCommand({ TableName: TABLE, Key: key('grants') })))
      .rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await get('forged')).toBeUndefined();
  });

  test('an index and its table are different resources', async () => {
    const worker = platform.dynamodb(WORKER);
    const query = (IndexName: string | undefined, attribute: string) => worker.send(new QueryCommand({
      TableName: TABLE,
      IndexName,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': attribute },
      ExpressionAttributeValues: { ':value': { S: 'anna' } },
    }));
    await expect(query('by-owner', 'owner')).resolves.toBeDefined();
    await expect(query(undefined, 'pk')).rejects.toThrow(`dynamodb:Query on resource: ${TABLE_ARN} because`);
  });

  test('an encrypted table needs its key as well', async () => {
    const kmsKeyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/catalog`;
    const encrypted = await Platform.start({
      tables: [{
        name: TABLE,
        arn: TABLE_ARN,
        kmsKeyArn,
        keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }],
    });
    try {
      await expect(encrypted.dynamodb(WORKER).send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' } } })))
        .rejects.toThrow(`kms:Decrypt on resource: ${kmsKeyArn}`);
    } finally {
      await encrypted.close();
    }
  });
});

describe('a restart', () => {
  test('keeps what was written', async () => {
    await put({ ...key('kept'), title: { S: 'still here' } });
    const { stateDir } = platform;
    await platform.stop();
    platform = await Platform.start({ stateDir });
    dynamodb = platform.dynamodb();
    expect((await get('kept'))?.title).toEqual({ S: 'still here' });
  });

  test('with other keys or indexes says so instead of serving the old ones', async () => {
    const { stateDir } = platform;
    await platform.stop();
    const changed = Platform.start({
      stateDir,
      tables: [{
        name: TABLE,
        arn: TABLE_ARN,
        keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }],
    });
    await expect(changed).rejects.toThrow('start with an empty state directory (--fresh)');
    platform = await Platform.start({ stateDir });
    dynamodb = platform.dynamodb();
    expect((await get('kept'))?.title).toEqual({ S: 'still here' });
  });
});
