import type { TableDefinition } from '../../aws/dynamodb';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

export function readTables(environment: TemplateEnvironment): TableDefinition[] {
  return environment.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(readTable);
}

function readTable(resource: Resource): TableDefinition {
  return {
    name: resource.reference,
    arn: resource.arn,
    keySchema: resource.list('KeySchema'),
    attributeDefinitions: resource.list('AttributeDefinitions'),
    globalSecondaryIndexes: resource.get('GlobalSecondaryIndexes') as TableDefinition['globalSecondaryIndexes'],
    localSecondaryIndexes: resource.get('LocalSecondaryIndexes') as TableDefinition['localSecondaryIndexes'],
    kmsKeyArn: encryptionKey(resource),
  };
}

/** A global table names its key once a replica; locally there is the replica of the stack's own region. */
function encryptionKey(resource: Resource): string | undefined {
  if (resource.type === 'AWS::DynamoDB::Table') return resource.text('SSESpecification.KMSMasterKeyId');
  const replicas = resource.list<{ Region: string; SSESpecification?: { KMSMasterKeyId?: string } }>('Replicas');
  return replicas.find(({ Region }) => Region === resource.stack.region)?.SSESpecification?.KMSMasterKeyId;
}
