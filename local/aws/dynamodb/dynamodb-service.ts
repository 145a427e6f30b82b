import type { DescribeTableOutput } from '@aws-sdk/client-dynamodb';
import { JsonObject, ServiceError } from '../http-json';
import { accessDenied, JsonCall, JsonError, JsonReply, JsonService } from '../json-service';
import { AccessDenied, Authorizer, Caller } from '../types';
import { DynaliteServer } from './dynalite-server';
import { DYNAMODB_OPERATIONS, DynamoDbOperation } from './operations';
import { shapeOf, TableDefinition } from './table-definition';

export interface DynamoDbServiceOptions {
  /** Directory of the database. */
  readonly stateDir: string;
  readonly accountId: string;
  readonly region: string;
  readonly tables: readonly TableDefinition[];
  readonly authorizer: Authorizer;
}

const POLL_MS = 5;

/** The template's tables on dynalite: durable, with conditional writes and indexes, without transactions, streams or TTL. */
export class DynamoDbService implements JsonService {
  static async start(options: DynamoDbServiceOptions): Promise<DynamoDbService> {
    const service = new DynamoDbService(options, await DynaliteServer.start(options.stateDir));
    try {
      for (const table of options.tables) await service.ensureTable(table);
      return service;
    } catch (error) {
      await service.close();
      throw error;
    }
  }

  readonly name = 'dynamodb';
  readonly targetPrefix = 'DynamoDB_20120810';

  private constructor(private readonly options: DynamoDbServiceOptions, private readonly dynalite: DynaliteServer) {}

  async execute({ operation, input, caller }: JsonCall): Promise<JsonReply> {
    const known = Object.hasOwn(DYNAMODB_OPERATIONS, operation) ? DYNAMODB_OPERATIONS[operation] : undefined;
    if (!known) {
      throw new ServiceError('UnknownOperationException', `The local DynamoDB does not implement ${operation}; tables come from the template, `
        + `and there are no transactions, streams, TTL or PartiQL. Known: ${Object.keys(DYNAMODB_OPERATIONS).join(', ')}.`);
    }
    const request = this.withTableNames(input);
    this.authorize(caller, operation, known, request);
    checkParameters(operation, known, request);
    const reply = await this.dynalite.call(operation, request);
    return operation === 'DescribeTable' && reply.status === 200 ? { ...reply, body: this.withOwnArns(reply.body) } : reply;
  }

  renderError(error: ServiceError): JsonError {
    const own = /^(ResourceNotFound|ProvisionedThroughput|ConditionalCheck|InternalServerError)/.test(error.code);
    const namespace = own ? 'com.amazonaws.dynamodb.v20120810' : 'com.amazon.coral.service';
    return { status: error.status, payload: { __type: `${namespace}#${error.code}`, message: error.message, ...error.details } };
  }

  close(): Promise<void> {
    return this.dynalite.close();
  }

  private authorize(caller: Caller, operation: string, { touches, data }: DynamoDbOperation, input: JsonObject): void {
    try {
      if (touches === 'account') return this.options.authorizer.authorize(caller, `dynamodb:${operation}`, '*');
      const name = tableNameOf(input);
      const table = this.options.tables.find(each => each.name === name);
      const tableArn = table?.arn ?? this.arnOf(name);
      const index = touches === 'tableOrIndex' && input.IndexName !== undefined ? `/index/${String(input.IndexName)}` : '';
      this.options.authorizer.authorize(caller, `dynamodb:${operation}`, tableArn + index);
      if (data && table?.kmsKeyArn !== undefined) this.authorizeKey(caller, table.name, table.kmsKeyArn);
    } catch (error) {
      if (error instanceof AccessDenied) throw accessDenied(error, 'AccessDeniedException', 400);
      throw error;
    }
  }

  private authorizeKey(caller: Caller, tableName: string, keyArn: string): void {
    this.options.authorizer.authorize(caller, 'kms:Decrypt', keyArn, {
      'kms:ViaService': `dynamodb.${this.options.region}.amazonaws.com`,
      'kms:CallerAccount': this.options.accountId,
      'kms:EncryptionContext:aws:dynamodb:tableName': tableName,
      'kms:EncryptionContext:aws:dynamodb:subscriberId': this.options.accountId,
      'kms:EncryptionContextKeys': ['aws:dynamodb:tableName', 'aws:dynamodb:subscriberId'],
    });
  }

  /** A call may name a table by its ARN; dynalite knows names only. */
  private withTableNames(input: JsonObject): JsonObject {
    const nameOf = (table: string) => this.options.tables.find(each => each.arn === table)?.name ?? table;
    const renamed = { ...input };
    if (typeof input.TableName === 'string') renamed.TableName = nameOf(input.TableName);
    return renamed;
  }

  private async ensureTable(definition: TableDefinition): Promise<void> {
    const wanted = {
      KeySchema: definition.keySchema,
      GlobalSecondaryIndexes: definition.globalSecondaryIndexes,
      LocalSecondaryIndexes: definition.localSecondaryIndexes,
    };
    const existing = await this.describe(definition.name);
    if (existing === undefined) {
      await this.create({ TableName: definition.name, AttributeDefinitions: definition.attributeDefinitions, BillingMode: 'PAY_PER_REQUEST', ...wanted });
    } else if (shapeOf(existing) !== shapeOf(wanted)) {
      throw new Error(`table ${definition.name}: the template defines keys or indexes ${shapeOf(wanted)}, but the local database has `
        + `${shapeOf(existing)}; start with an empty state directory (--fresh)`);
    }
    while ((await this.describe(definition.name))?.TableStatus !== 'ACTIVE') await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }

  private async describe(tableName: string): Promise<DescribeTableOutput['Table']> {
    const { status, body } = await this.dynalite.call('DescribeTable', { TableName: tableName });
    return status === 200 ? (JSON.parse(body.toString()) as DescribeTableOutput).Table : undefined;
  }

  private async create(input: JsonObject): Promise<void> {
    const { status, body } = await this.dynalite.call('CreateTable', input);
    if (status !== 200) throw new Error(`table ${String(input.TableName)} cannot be created locally: ${body.toString()}`);
  }

  /** dynalite makes up account and region. */
  private withOwnArns(body: Buffer): Buffer {
    const text = body.toString().replace(/arn:aws:dynamodb:[\w-]*:\d*:table\/([\w.-]+)/g, (_, name: string) =>
      this.options.tables.find(each => each.name === name)?.arn ?? this.arnOf(name));
    return Buffer.from(text);
  }

  private arnOf(tableName: string): string {
    return `arn:aws:dynamodb:${this.options.region}:${this.options.accountId}:table/${tableName}`;
  }
}

function tableNameOf({ TableName: name }: JsonObject): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new ServiceError('ValidationException', 'The request names no table.');
}

function checkParameters(operation: string, { parameters }: DynamoDbOperation, input: JsonObject): void {
  const unknown = Object.keys(input).filter(name => input[name] !== undefined && input[name] !== null && !parameters.includes(name));
  if (unknown.length > 0) {
    throw new ServiceError('ValidationException', `The local DynamoDB does not implement ${operation} with ${unknown.join(', ')}.`);
  }
}
