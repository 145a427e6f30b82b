/** One gateway with the platform's bucket, catalog and queues, as the harness needs it: the operator's view on everything. */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsGateway, CallRecord, InterceptedCall } from '../../../local/aws/gateway';
import { ResourcePolicy } from '../../../local/aws/iam';
import { fromVideoItem, toVideoItem, videoItemKey } from '../../../src/runtime/adapters/aws/dynamodb-video-item';
import { ObjectCreatedEvent, sourceKey } from '../../../src/runtime/contract';
import { Video, VideoStatus } from '../../../src/runtime/domain/video';
import { workerStatements } from '../../support/worker-statements';

export const REGION = 'eu-central-1';
const ACCOUNT = '111122223333';
/** One role a worker, all with the same policy, so that a call tells which worker made it. */
const MAX_WORKERS = 10;
export const workerRole = (index: number) => `arn:aws:iam::${ACCOUNT}:role/worker-${index}`;
export const BUCKET = 'videos';
export const TABLE = 'catalog';
const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
const TABLE_ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TABLE}`;
const JOBS_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`;
const DEAD_LETTERS_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead-letters`;
/** Stands for the uploader's own target of the rule; here it tells the harness what the event was. */
const OBSERVER_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:observer`;
const RULE_ARN = `arn:aws:events:${REGION}:${ACCOUNT}:rule/object-created`;

export const MAX_RECEIVE_COUNT = 3;
/** Six heartbeats: so that a loaded machine is not a fault of its own. */
export const VISIBILITY_SECONDS = 6;

/** As synthesized: a grant that the construct loses is one that the workers of the schedules lose. */
const WORKER_STATEMENTS = workerStatements({
  bucketArn: BUCKET_ARN, tableArn: TABLE_ARN, queueArn: JOBS_ARN, deadLetterQueueArn: DEAD_LETTERS_ARN,
});

export interface WorldHooks {
  readonly intercept?: (call: InterceptedCall) => Promise<boolean>;
  readonly onCall?: (call: CallRecord) => void;
}

export interface StoredItem {
  readonly video: Video;
  readonly epoch: number;
  readonly owner?: string;
  readonly sequencer?: string;
}

export class World {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  /** Replaced from schedule to schedule, while the gateway stays. */
  hooks: WorldHooks = {};
  /** Who waits for events of a key, first come, first served: a source may be replaced twice at a time. */
  private readonly expected = new Map<string, Array<(event: ObjectCreatedEvent) => void>>();

  constructor(readonly gateway: AwsGateway, readonly directory: string) {
    const config = { endpoint: gateway.endpoint, region: REGION, maxAttempts: 2, credentials: gateway.operatorCredential() };
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.sqs = new SQSClient(config);
    this.dynamodb = new DynamoDBClient(config);
  }

  get queueUrl(): string {
    return `${this.gateway.endpoint}/${ACCOUNT}/jobs`;
  }

  get deadLetterUrl(): string {
    return `${this.gateway.endpoint}/${ACCOUNT}/dead-letters`;
  }

  /** A catalog record as the uploader writes it. */
  async createVideo(videoId: string = randomUUID()): Promise<string> {
    const now = new Date().toISOString();
    const video: Video = {
      videoId,
      ownerId: 'owner-1',
      title: 'A clip',
      fileName: 'clip.mp4',
      contentType: 'video/mp4',
      visibility: 'private',
      status: VideoStatus.AWAITING_UPLOAD,
      createdAt: now,
      updatedAt: now,
      correlationId: `correlation-${videoId.slice(0, 8)}`,
      sizeBytes: 1,
      views: 0,
      likes: 0,
    };
    await this.dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: toVideoItem(video) }));
    return videoId;
  }

  /** Uploads a source, which sends the job message by way of the event rule. */
  async upload(videoId: string, file: string): Promise<ObjectCreatedEvent> {
    const key = sourceKey(videoId);
    const event = new Promise<ObjectCreatedEvent>(resolve => this.expected.set(key, [...this.expected.get(key) ?? [], resolve]));
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: fs.readFileSync(file) }));
    return event;
  }

  /** Every event that the gateway delivers to the job queue passes here. */
  observe(event: ObjectCreatedEvent): void {
    this.expected.get(event.detail.object.key)?.shift()?.(event);
  }

  /** The worker's session ends now, whatever its credentials said. */
  expireCredentials(worker: number): void {
    this.gateway.credentials.expireNow(workerRole(worker));
  }

  async item(videoId: string): Promise<StoredItem | undefined> {
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: videoItemKey(videoId), ConsistentRead: true }));
    return Item && {
      video: fromVideoItem(Item), epoch: Number(Item.leaseEpoch?.N ?? 0), owner: Item.leaseOwner?.S, sequencer: Item.sequencer?.S,
    };
  }

  /** What the API does when a viewer deletes a video. */
  async deleteVideo(videoId: string): Promise<void> {
    await this.dynamodb.send(new UpdateItemCommand({
      TableName: TABLE,
      Key: videoItemKey(videoId),
      UpdateExpression: 'SET #status = :deleted',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':deleted': { S: VideoStatus.DELETED } },
    }));
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    return Contents.map(({ Key }) => Key!);
  }

  async text(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Body!.transformToString();
  }

  async send(body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: body }));
  }

  async sendEvent(event: ObjectCreatedEvent): Promise<void> {
    await this.send(JSON.stringify(event));
  }

  /** Messages in the queue, visible or not. */
  async backlog(): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: [...names] }));
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  /** Takes every dead letter out and returns the bodies. */
  async drainDeadLetters(): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
        QueueUrl: this.deadLetterUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60,
      }));
      if (Messages.length === 0) return bodies;
      for (const { Body, ReceiptHandle } of Messages) {
        bodies.push(Body!);
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.deadLetterUrl, ReceiptHandle }));
      }
    }
  }

  async close(): Promise<void> {
    for (const client of [this.s3, this.sqs, this.dynamodb]) client.destroy();
    await this.gateway.close();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function startWorld(): Promise<World> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-'));
  const reference: { world?: World } = {};
  const gateway = await AwsGateway.start({
    stateDir: path.join(directory, 'aws'),
    region: REGION,
    accountId: ACCOUNT,
    buckets: [{ name: BUCKET, arn: BUCKET_ARN, versioned: true, eventBridge: true }],
    tables: [{
      name: TABLE,
      arn: TABLE_ARN,
      keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      attributeDefinitions: ['pk', 'sk'].map(AttributeName => ({ AttributeName, AttributeType: 'S' as const })),
    }],
    queues: [
      {
        name: 'jobs',
        arn: JOBS_ARN,
        visibilityTimeout: VISIBILITY_SECONDS,
        redrivePolicy: { deadLetterTargetArn: DEAD_LETTERS_ARN, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
      { name: 'dead-letters', arn: DEAD_LETTERS_ARN },
    ],
    rules: [{
      name: 'object-created',
      arn: RULE_ARN,
      eventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'uploads/' }] } } },
      targets: [{ id: 'jobs', arn: JOBS_ARN }, { id: 'observer', arn: OBSERVER_ARN }],
    }],
    principals: Array.from({ length: MAX_WORKERS }, (_, index) => (
      { arn: workerRole(index), policies: [{ name: 'worker', document: { Statement: WORKER_STATEMENTS } }] }
    )),
    resourcePolicies: [mayReceiveEvents(JOBS_ARN, 'sqs:SendMessage'), mayReceiveEvents(OBSERVER_ARN, 'lambda:InvokeFunction')],
    invoke: async (_arn, payload) => reference.world?.observe(payload as unknown as ObjectCreatedEvent),
    intercept: async call => await reference.world?.hooks.intercept?.(call) ?? false,
    onCall: call => reference.world?.hooks.onCall?.(call),
  });
  reference.world = new World(gateway, directory);
  return reference.world;
}

function mayReceiveEvents(resourceArn: string, action: string): ResourcePolicy {
  const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: action, Resource: resourceArn };
  return { resourceArn, document: { Statement: [statement] } };
}
