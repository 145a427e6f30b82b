export { DynamoDbService } from './dynamodb-service';
export { type TableDefinition } from './table-definition';
