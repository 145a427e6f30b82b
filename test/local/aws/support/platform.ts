/** A gateway with a small made-up template: one bucket, a table with an index, a job queue with its dead letters, two roles. */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { IssuedCredential } from '../../../../local/aws/credentials';
import { AwsGateway, GatewayOptions } from '../../../../local/aws/gateway';
import { PolicyStatement } from '../../../../local/aws/iam';

export const REGION = 'eu-central-1';
export const ACCOUNT = '111122223333';
export const WORKER = `arn:aws:iam::${ACCOUNT}:role/worker`;
export const STRANGER = `arn:aws:iam::${ACCOUNT}:role/stranger`;
export const BUCKET = 'videos';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const TABLE = 'catalog';
export const TABLE_ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TABLE}`;
export const JOBS_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`;
export const DEAD_LETTERS_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead-letters`;
export const RULE_ARN = `arn:aws:events:${REGION}:${ACCOUNT}:rule/object-created`;

/** A made-up role: some of what each service may be asked for. */
const ROLE_STATEMENTS: readonly PolicyStatement[] = [
  { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], Resource: JOBS_ARN },
  { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: TABLE_ARN },
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${TABLE_ARN}/index/by-owner` },
  { Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET_ARN}/uploads/*` },
  { Effect: 'Allow', Action: 'ecs:UpdateTaskProtection', Resource: '*' },
];

const EVENTS_MAY_SEND: PolicyStatement = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: JOBS_ARN,
  Condition: { ArnEquals: { 'aws:SourceArn': RULE_ARN } },
};

/** Everything that was started is ended by `close`; a restart uses the same state directory. */
export class Platform {
  static async start(overrides: Partial<GatewayOptions> = {}): Promise<Platform> {
    const stateDir = overrides.stateDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-test-'));
    try {
      return new Platform(await AwsGateway.start({ ...template(), ...overrides, stateDir }), stateDir);
    } catch (error) {
      if (overrides.stateDir === undefined) fs.rmSync(stateDir, { recursive: true, force: true });
      throw error;
    }
  }

  private readonly clients: Array<{ destroy(): void }> = [];

  private constructor(readonly gateway: AwsGateway, readonly stateDir: string) {}

  get jobsUrl(): string {
    return `${this.gateway.endpoint}/${ACCOUNT}/jobs`;
  }

  get deadLettersUrl(): string {
    return `${this.gateway.endpoint}/${ACCOUNT}/dead-letters`;
  }

  /** Clients that sign as a role; without one, as the operator. */
  sqs(principalArn?: string): SQSClient {
    return this.keep(new SQSClient(this.config(principalArn)));
  }

  dynamodb(principalArn?: string): DynamoDBClient {
    return this.keep(new DynamoDBClient(this.config(principalArn)));
  }

  s3(principalArn?: string): S3Client {
    return this.keep(new S3Client({ ...this.config(principalArn), forcePathStyle: true }));
  }

  config(principalArn?: string): { endpoint: string; region: string; maxAttempts: number; credentials: IssuedCredential } {
    const credentials = principalArn === undefined
      ? this.gateway.operatorCredential()
      : this.gateway.credentials.issue(principalArn, { ttlSeconds: 900 });
    return { endpoint: this.gateway.endpoint, region: REGION, maxAttempts: 1, credentials };
  }

  async stop(): Promise<void> {
    this.clients.forEach(client => client.destroy());
    await this.gateway.close();
  }

  async close(): Promise<void> {
    await this.stop();
    fs.rmSync(this.stateDir, { recursive: true, force: true });
  }

  private keep<Client extends { destroy(): void }>(client: Client): Client {
    this.clients.push(client);
    return client;
  }
}

function template(): Omit<GatewayOptions, 'stateDir'> {
  return {
    region: REGION,
    accountId: ACCOUNT,
    buckets: [{ name: BUCKET, arn: BUCKET_ARN, versioned: true, eventBridge: true }],
    tables: [{
      name: TABLE,
      arn: TABLE_ARN,
      keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      attributeDefinitions: ['pk', 'sk', 'owner', 'createdAt'].map(AttributeName => ({ AttributeName, AttributeType: 'S' as const })),
      globalSecondaryIndexes: [{
        IndexName: 'by-owner',
        KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }, { AttributeName: 'createdAt', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' },
      }],
    }],
    queues: [
      {
        name: 'jobs',
        arn: JOBS_ARN,
        visibilityTimeout: 1,
        receiveWaitTime: 0,
        redrivePolicy: { deadLetterTargetArn: DEAD_LETTERS_ARN, maxReceiveCount: 2 },
      },
      { name: 'dead-letters', arn: DEAD_LETTERS_ARN },
    ],
    rules: [{
      name: 'object-created',
      arn: RULE_ARN,
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [BUCKET] }, object: { key: [{ prefix: 'uploads/' }] } },
      },
      targets: [{ id: 'jobs', arn: JOBS_ARN, deadLetterArn: DEAD_LETTERS_ARN }],
    }],
    principals: [
      { arn: WORKER, policies: [{ name: 'worker', document: { Version: '2012-10-17', Statement: ROLE_STATEMENTS } }] },
      { arn: STRANGER, policies: [] },
    ],
    resourcePolicies: [{ resourceArn: JOBS_ARN, document: { Version: '2012-10-17', Statement: [EVENTS_MAY_SEND] } }],
  };
}
