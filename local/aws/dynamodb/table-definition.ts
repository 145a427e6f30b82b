import type {
  AttributeDefinition, GlobalSecondaryIndex, GlobalSecondaryIndexDescription, KeySchemaElement, LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';

/** A resolved `AWS::DynamoDB::Table`, in the property names that the template and the API share. */
export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly attributeDefinitions: readonly AttributeDefinition[];
  readonly globalSecondaryIndexes?: readonly GlobalSecondaryIndex[];
  readonly localSecondaryIndexes?: readonly LocalSecondaryIndex[];
  /** Customer key of the table; callers need `kms:Decrypt` on it. */
  readonly kmsKeyArn?: string;
}

type Index = Pick<GlobalSecondaryIndexDescription, 'IndexName' | 'KeySchema' | 'Projection'>;
interface Indexes {
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

/** The part of a table's shape that stored items depend on, in one order, for comparing. */
export function shapeOf(table: { KeySchema?: readonly KeySchemaElement[] } & Indexes): string {
  const indexes = [...table.GlobalSecondaryIndexes ?? [], ...table.LocalSecondaryIndexes ?? []]
    .map(({ IndexName, KeySchema, Projection }) => JSON.stringify([
      IndexName, keysOf(KeySchema), Projection?.ProjectionType, [...Projection?.NonKeyAttributes ?? []].sort(),
    ]));
  return JSON.stringify([keysOf(table.KeySchema), indexes.sort()]);
}

function keysOf(schema: readonly KeySchemaElement[] | undefined): string[] {
  return (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
}
