export { DynamoDbService, type DynamoDbServiceOptions } from './dynamodb-service';
export { type TableDefinition } from './table-definition';
