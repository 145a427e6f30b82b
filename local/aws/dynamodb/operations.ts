/** What dynalite 4 does right, and with which parameters: it ignores any other, so we refuse those before it sees them. */
export interface DynamoDbOperation {
  /** How the request names what it touches. */
  readonly touches: 'table' | 'tableOrIndex' | 'account';
  readonly parameters: readonly string[];
  /** Whether it reads or writes items, and so needs the table's key. */
  readonly data: boolean;
}

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const CONDITION = ['ConditionExpression', 'Expected', 'ConditionalOperator', 'ReturnValues', 'ReturnItemCollectionMetrics', ...EXPRESSION];
const SEARCH = [
  'Select', 'IndexName', 'Limit', 'ExclusiveStartKey', 'ConsistentRead', 'FilterExpression', 'ProjectionExpression', 'AttributesToGet',
  'ConditionalOperator', ...EXPRESSION,
];
const item = (...parameters: string[]): DynamoDbOperation =>
  ({ touches: 'table', data: true, parameters: ['TableName', 'ReturnConsumedCapacity', ...parameters] });
const search = (...parameters: string[]): DynamoDbOperation => ({ ...item(...SEARCH, ...parameters), touches: 'tableOrIndex' });

export const DYNAMODB_OPERATIONS: Readonly<Record<string, DynamoDbOperation>> = {
  GetItem: item('Key', 'AttributesToGet', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'),
  PutItem: item('Item', ...CONDITION),
  UpdateItem: item('Key', 'UpdateExpression', 'AttributeUpdates', ...CONDITION),
  DeleteItem: item('Key', ...CONDITION),
  Query: search('KeyConditionExpression', 'KeyConditions', 'QueryFilter', 'ScanIndexForward'),
  Scan: search('ScanFilter', 'Segment', 'TotalSegments'),
  DescribeTable: { touches: 'table', data: false, parameters: ['TableName'] },
  ListTables: { touches: 'account', data: false, parameters: ['Limit', 'ExclusiveStartTableName'] },
};
