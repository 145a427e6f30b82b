import { arn, AttributeTable, generatedName, nameBy, physicalName, stableUuid } from './types';
import { Resource } from '../resource';

/** Bucket names are lower case and at most 63 characters. */
function bucketName(resource: Resource): string {
  return resource.text('BucketName') ?? generatedName(resource, 63).toLowerCase();
}

const tableName = physicalName('TableName');
const queueName = (resource: Resource) => resource.text('QueueName') ?? generatedName(resource, 80) + (resource.flag('FifoQueue') ? '.fifo' : '');

const table = {
  ref: tableName,
  attributes: { Arn: (resource: Resource) => arn('dynamodb', resource, `table/${nameBy(tableName, resource)}`) },
};


export const STORAGE_ATTRIBUTES: AttributeTable = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: resource => `arn:aws:s3:::${bucketName(resource)}`,
      DomainName: resource => `${bucketName(resource)}.s3.amazonaws.com`,
      RegionalDomainName: resource => `${bucketName(resource)}.s3.${resource.stack.region}.amazonaws.com`,
    },
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    ref: (resource, endpoints) => `${endpoints.aws()}/${resource.stack.account}/${queueName(resource)}`,
    attributes: {
      Arn: resource => arn('sqs', resource, queueName(resource)),
      QueueName: queueName,
      QueueUrl: (resource, endpoints) => `${endpoints.aws()}/${resource.stack.account}/${queueName(resource)}`,
    },
  },
  'AWS::KMS::Key': {
    ref: stableUuid,
    attributes: { Arn: resource => arn('kms', resource, `key/${stableUuid(resource)}`), KeyId: stableUuid },
  },
  'AWS::KMS::Alias': { ref: resource => resource.requiredText('AliasName') },
  'AWS::Logs::LogGroup': {
    ref: physicalName('LogGroupName', 512),
    attributes: { Arn: resource => arn('logs', resource, `log-group:${resource.reference}:*`) },
  },
  'AWS::SSM::Parameter': { ref: physicalName('Name', 1011), attributes: { Value: resource => resource.get('Value') } },
  'AWS::SecretsManager::Secret': {
    ref: resource => arn('secretsmanager', resource, `secret:${nameBy(physicalName('Name', 256), resource)}`),
    attributes: { Id: resource => resource.reference },
  },
};
