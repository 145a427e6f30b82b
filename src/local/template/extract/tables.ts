import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface TableKey {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

export interface SecondaryIndex extends TableKey {
  readonly name: string;
  readonly projection: { readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; readonly attributes?: readonly string[] };
}

/** A resolved `AWS::DynamoDB::Table` or `GlobalTable`. */
export interface TemplateTable extends TableKey {
  readonly name: string;
  readonly arn: string;
  readonly globalIndexes: readonly SecondaryIndex[];
  readonly localIndexes: readonly SecondaryIndex[];
  /** Attribute that holds the time of expiry. */
  readonly expiryAttribute?: string;
  readonly encryptionKeyArn?: string;
}

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface IndexProperties {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType?: SecondaryIndex['projection']['type']; readonly NonKeyAttributes?: readonly string[] };
}

export function readTables(environment: TemplateEnvironment): TemplateTable[] {
  return environment.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(readTable);
}

function readTable(resource: Resource): TemplateTable {
  const types = new Map(resource.list<{ AttributeName: string; AttributeType: KeyAttribute['type'] }>('AttributeDefinitions')
    .map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  const index = (each: IndexProperties): SecondaryIndex => ({
    name: each.IndexName,
    ...readKey(each.KeySchema, types, resource),
    projection: { type: each.Projection.ProjectionType ?? 'KEYS_ONLY', attributes: each.Projection.NonKeyAttributes },
  });
  return {
    name: resource.reference,
    arn: resource.arn,
    ...readKey(resource.list<KeySchemaElement>('KeySchema'), types, resource),
    globalIndexes: resource.list<IndexProperties>('GlobalSecondaryIndexes').map(index),
    localIndexes: resource.list<IndexProperties>('LocalSecondaryIndexes').map(index),
    expiryAttribute: resource.flag('TimeToLiveSpecification.Enabled') ? resource.text('TimeToLiveSpecification.AttributeName') : undefined,
    encryptionKeyArn: encryptionKey(resource),
  };
}

function readKey(schema: readonly KeySchemaElement[], types: ReadonlyMap<string, KeyAttribute['type']>, resource: Resource): TableKey {
  const attribute = (keyType: string): KeyAttribute | undefined => {
    const name = schema.find(each => each.KeyType === keyType)?.AttributeName;
    return name === undefined ? undefined : { name, type: types.get(name)! };
  };
  const partition = attribute('HASH');
  if (!partition) throw new TemplateError(`${resource.name}: a key schema has no HASH key`);
  return { partition, sort: attribute('RANGE') };
}

/** A global table names its key once a replica; locally there is the replica of the stack's own region. */
function encryptionKey(resource: Resource): string | undefined {
  if (resource.type === 'AWS::DynamoDB::Table') return resource.text('SSESpecification.KMSMasterKeyId');
  const replicas = resource.list<{ Region: string; SSESpecification?: { KMSMasterKeyId?: string } }>('Replicas');
  return replicas.find(({ Region }) => Region === resource.stack.region)?.SSESpecification?.KMSMasterKeyId;
}
