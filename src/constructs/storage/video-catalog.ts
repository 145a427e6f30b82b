import { RemovalPolicy, Resource, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import {
  CATALOG_CREATED_KEY, CATALOG_EXPIRY_ATTRIBUTE, CATALOG_OWNER_INDEX, CATALOG_OWNER_KEY, CATALOG_PARTITION_KEY, CATALOG_SORT_KEY,
} from '../../runtime/contract';
import { grantExactly, grantKeyThrough } from '../shared/exact-grant';
import { protectedRemoval } from '../shared/protected-removal';

/** The table that knows every video: its state, its lease while it is processed, its counters. */
export interface IVideoCatalog extends IConstruct {
  /** The table itself. */
  readonly table: dynamodb.ITable;

  /** The key that items are encrypted with, unless it is AWS's own. */
  readonly encryptionKey?: kms.IKey;

  /**
   * Lets the uploader add videos and idempotency records: `GetItem`, `PutItem`, `UpdateItem` on the table.
   *
   * Goes with the variable `CATALOG_TABLE`.
   */
  grantUploader(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets the analytics service list, show and count: `GetItem`, `PutItem`, `UpdateItem` on the table, `Query` on the
   * owner index alone.
   *
   * Goes with the variable `CATALOG_TABLE`.
   */
  grantLibrary(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets the processor lease, report and publish: `GetItem` and `UpdateItem` on the table. It can neither list videos nor add any.
   *
   * Goes with the variable `CATALOG_TABLE`.
   */
  grantProcessing(grantee: iam.IGrantable): iam.Grant;
}

/** Properties of {@link VideoCatalog}. */
export interface VideoCatalogProps {
  /**
   * A customer managed key to encrypt the table with.
   *
   * @default - the AWS managed key of DynamoDB (`aws/dynamodb`): its use is in CloudTrail, at no monthly cost
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Refuses to delete the table, by whomever, until it is switched off.
   *
   * @default - on when the table is retained, off otherwise
   */
  readonly deletionProtection?: boolean;

  /**
   * What happens to the table when it leaves the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** An existing table to use as catalog. */
export interface VideoCatalogAttributes {
  /**
   * The table, with the keys, index and expiry attribute that {@link VideoCatalog} would give it: string keys `pk` and `sk`,
   * index `byOwner` on `ownerId` and `createdAt` with all attributes, time to live `expiresAt`.
   */
  readonly table: dynamodb.ITable;

  /**
   * The customer managed key it is encrypted with; its policy must leave access to IAM.
   *
   * @default - the table's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/** What a caller of an encrypted table needs of its key (DynamoDB developer guide, "Key policy for a customer managed key"). */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

abstract class VideoCatalogBase extends Resource implements IVideoCatalog {
  public abstract readonly table: dynamodb.ITable;
  public abstract readonly encryptionKey?: kms.IKey;

  public grantUploader(grantee: iam.IGrantable): iam.Grant {
    return this.grantItems(grantee, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  public grantLibrary(grantee: iam.IGrantable): iam.Grant {
    return this.grantItems(grantee, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'])
      .combine(grantExactly(grantee, {
        actions: ['dynamodb:Query'],
        resourceArns: [`${this.table.tableArn}/index/${CATALOG_OWNER_INDEX}`],
      }));
  }

  public grantProcessing(grantee: iam.IGrantable): iam.Grant {
    return this.grantItems(grantee, ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  }

  private grantItems(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    const grant = grantExactly(grantee, { actions, resourceArns: [this.table.tableArn] });
    return this.encryptionKey ? grant.combine(grantKeyThrough('dynamodb', this.encryptionKey, grantee, KEY_ACTIONS)) : grant;
  }
}

/**
 * The catalog: one DynamoDB table for videos and what belongs to them, on demand, encrypted, with point-in-time recovery.
 *
 * It is a global table of one region, so that a second region can be added later without replacing it.
 */
export class VideoCatalog extends VideoCatalogBase {
  /** Uses an existing table. */
  public static fromTable(scope: Construct, id: string, attrs: VideoCatalogAttributes): IVideoCatalog {
    class Import extends VideoCatalogBase {
      public readonly table = attrs.table;
      public readonly encryptionKey = attrs.encryptionKey ?? attrs.table.encryptionKey;
    }
    return new Import(scope, id);
  }

  public readonly table: dynamodb.ITable;
  public readonly encryptionKey?: kms.IKey;

  constructor(scope: Construct, id: string, props: VideoCatalogProps = {}) {
    super(scope, id);
    const { STRING } = dynamodb.AttributeType;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const deletionProtection = props.deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY;
    this.encryptionKey = props.encryptionKey;
    // In a stack for any region CDK refuses a key, although the key is of the same stack or was given for it.
    const agnostic = Token.isUnresolved(this.stack.region);
    const table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: { name: CATALOG_PARTITION_KEY, type: STRING },
      sortKey: { name: CATALOG_SORT_KEY, type: STRING },
      globalSecondaryIndexes: [{
        indexName: CATALOG_OWNER_INDEX,
        partitionKey: { name: CATALOG_OWNER_KEY, type: STRING },
        sortKey: { name: CATALOG_CREATED_KEY, type: STRING },
        projectionType: dynamodb.ProjectionType.ALL,
      }],
      billing: dynamodb.Billing.onDemand(),
      encryption: props.encryptionKey && !agnostic
        ? dynamodb.TableEncryptionV2.customerManagedKey(props.encryptionKey)
        : dynamodb.TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: CATALOG_EXPIRY_ATTRIBUTE,
      deletionProtection,
      removalPolicy: protectedRemoval(removalPolicy, deletionProtection),
    });
    if (props.encryptionKey && agnostic) {
      (table.node.defaultChild as dynamodb.CfnGlobalTable)
        .addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: props.encryptionKey.keyArn });
    }
    this.table = table;
  }
}
