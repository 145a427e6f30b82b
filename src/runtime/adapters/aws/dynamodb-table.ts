/** The catalog table as a few verbs: conditions answer true or false, every other refusal throws one of our errors. */
import {
  DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, QueryCommandInput, UpdateItemCommand, UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { awsFailure, nameOf } from './aws-failure';
import { Item } from './dynamodb-video-item';
import { TransientError, VideoError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';

export interface Expression {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

export interface UpdateRequest extends Expression {
  readonly condition: string;
}

export interface QueryPage {
  readonly items: readonly Item[];
  readonly lastKey?: Item;
}

/** One partition gets more than it can take; another request a second later may pass. */
const THROTTLING = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']);

export class CatalogTable {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  /** Strongly consistent: what was written before is seen. */
  async get(key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.tableName, Key: key, ConsistentRead: true });
    return (await this.call('GetItem', () => this.client.send(command))).Item;
  }

  /** False when the condition did not hold; nothing is written then. */
  async put(item: Item, condition: Expression): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.tableName,
      Item: item,
      ConditionExpression: condition.expression,
      ExpressionAttributeNames: condition.names,
      ExpressionAttributeValues: condition.values,
    });
    return await this.conditionally('PutItem', () => this.client.send(command)) !== undefined;
  }

  /** The attributes asked for, or undefined when the condition did not hold. */
  async update(
    key: Item, request: UpdateRequest, returned: UpdateItemCommandInput['ReturnValues'] = 'NONE',
  ): Promise<Item | undefined> {
    const command = new UpdateItemCommand({
      TableName: this.tableName,
      Key: key,
      UpdateExpression: request.expression,
      ConditionExpression: request.condition,
      ExpressionAttributeNames: request.names,
      ExpressionAttributeValues: request.values,
      ReturnValues: returned,
    });
    const output = await this.conditionally('UpdateItem', () => this.client.send(command));
    return output && (output.Attributes ?? {});
  }

  async query(input: Omit<QueryCommandInput, 'TableName'>): Promise<QueryPage> {
    const command = new QueryCommand({ ...input, TableName: this.tableName });
    const { Items = [], LastEvaluatedKey } = await this.call('Query', () => this.client.send(command));
    return { items: Items, lastKey: LastEvaluatedKey };
  }

  private async conditionally<T>(operation: string, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (nameOf(error) === 'ConditionalCheckFailedException') return undefined;
      throw catalogFailure(error, operation);
    }
  }

  private async call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw catalogFailure(error, operation);
    }
  }
}

function catalogFailure(error: unknown, operation: string): VideoError {
  if (THROTTLING.has(nameOf(error))) return new TransientError(FailureCode.CATALOG_THROTTLED, `${operation} on the catalog was throttled`, { cause: error });
  return awsFailure(error, `${operation} on the catalog`);
}
