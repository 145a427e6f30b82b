import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IVideoCatalog, VideoCatalog, VideoCatalogProps } from '../../../src/constructs/storage/video-catalog';
import * as contract from '../../../src/runtime/contract';
import { findings, identityStatements, newStack, onlyResource, permissions } from '../../support/template-facts';

const TABLE = 'AWS::DynamoDB::GlobalTable';

function synth(props?: VideoCatalogProps): { stack: Stack; template: Template; table: Record<string, any> } {
  const stack = newStack();
  new VideoCatalog(stack, 'Catalog', props);
  const template = Template.fromStack(stack);
  return { stack, template, table: onlyResource(template, TABLE).Properties };
}

describe('a new catalog', () => {
  const { stack, template, table } = synth();

  test('has the keys, index and expiry that the runtime reads and writes', () => {
    const names = { pk: contract.CATALOG_PARTITION_KEY, sk: contract.CATALOG_SORT_KEY };
    expect(table.KeySchema).toEqual([{ AttributeName: names.pk, KeyType: 'HASH' }, { AttributeName: names.sk, KeyType: 'RANGE' }]);
    expect(table.GlobalSecondaryIndexes).toEqual([{
      IndexName: contract.CATALOG_OWNER_INDEX,
      KeySchema: [
        { AttributeName: contract.CATALOG_OWNER_KEY, KeyType: 'HASH' },
        { AttributeName: contract.CATALOG_CREATED_KEY, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    }]);
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: contract.CATALOG_EXPIRY_ATTRIBUTE, Enabled: true });
  });

  test('costs nothing while idle, can be restored to any second, is encrypted with a key in CloudTrail, and cannot be deleted by mistake', () => {
    expect(table.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(table.Replicas).toEqual([expect.objectContaining({
      Region: { Ref: 'AWS::Region' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    })]);
    template.allResources(TABLE, { DeletionPolicy: 'Retain' });
  });

  test('passes every rule pack', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('props', () => {
  test('a catalog that may leave with the stack is not protected from it', () => {
    const { template, table } = synth({ removalPolicy: RemovalPolicy.DESTROY });
    template.allResources(TABLE, { DeletionPolicy: 'Delete' });
    expect(table.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  test('deletion protection can be chosen', () => {
    expect(synth({ deletionProtection: false }).table.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  test.each([['any region', undefined], ['one region', { region: 'eu-west-1', account: '111122223333' }]])('takes a key of the user, in a stack for %s', (_name, env) => {
    const stack = newStack({ env });
    const encryptionKey = new kms.Key(stack, 'Key');
    new VideoCatalog(stack, 'Catalog', { encryptionKey });
    expect(onlyResource(Template.fromStack(stack), TABLE).Properties.Replicas[0].SSESpecification)
      .toEqual({ KMSMasterKeyId: stack.resolve(encryptionKey.keyArn) });
  });
});

describe('grants', () => {
  function granted(grant: (catalog: IVideoCatalog, role: iam.IRole) => iam.Grant, encrypted = false): Template {
    const stack = newStack();
    const catalog = new VideoCatalog(stack, 'Catalog', { encryptionKey: encrypted ? new kms.Key(stack, 'Key') : undefined });
    grant(catalog, new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
    return Template.fromStack(stack);
  }

  test('the uploader adds and changes, but cannot list', () => {
    expect(permissions(granted((catalog, role) => catalog.grantUploader(role)))).toEqual([
      'dynamodb:GetItem on <CatalogTable>', 'dynamodb:PutItem on <CatalogTable>', 'dynamodb:UpdateItem on <CatalogTable>',
    ]);
  });

  test('the library lists by owner, shows and counts', () => {
    expect(permissions(granted((catalog, role) => catalog.grantLibrary(role)))).toEqual([
      'dynamodb:GetItem on <CatalogTable>',
      'dynamodb:PutItem on <CatalogTable>',
      'dynamodb:Query on <CatalogTable>/index/byOwner',
      'dynamodb:UpdateItem on <CatalogTable>',
    ]);
  });

  test('the processor reads and changes single items: it can neither list videos nor add one', () => {
    expect(permissions(granted((catalog, role) => catalog.grantProcessing(role)))).toEqual([
      'dynamodb:GetItem on <CatalogTable>', 'dynamodb:UpdateItem on <CatalogTable>',
    ]);
  });

  test('with a customer managed key, its use through DynamoDB alone comes along', () => {
    const template = granted((catalog, role) => catalog.grantProcessing(role), true);
    const [statement] = identityStatements(template).filter(({ Action }) => [Action].flat().some(action => action.startsWith('kms:')));
    expect(statement.Action).toContain('kms:Decrypt');
    expect(JSON.stringify(statement.Condition)).toContain('"kms:ViaService":{"Fn::Join":["",["dynamodb."');
    expect([statement.Action].flat().filter(action => action.includes('*'))).toEqual([]);
  });
});

test('an existing table is granted like an own one', () => {
  const stack = newStack();
  const table = dynamodb.TableV2.fromTableArn(stack, 'Existing', 'arn:aws:dynamodb:eu-west-1:111122223333:table/existing');
  const catalog = VideoCatalog.fromTable(stack, 'Catalog', { table });
  catalog.grantLibrary(new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
  expect(permissions(Template.fromStack(stack))).toContain('dynamodb:Query on arn:aws:dynamodb:eu-west-1:111122223333:table/existing/index/byOwner');
});
