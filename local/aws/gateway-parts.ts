import * as path from 'path';
import { TracingAuthorizer } from './call-trace';
import { CloudFrontService, KeyValueStoreService } from './cloudfront';
import { LocalCredentials } from './credentials';
import { DynamoDbService } from './dynamodb';
import { EcsService } from './ecs/ecs-service';
import { EcsAgent } from './ecs-agent';
import { EventBus, objectCreatedEvent } from './events';
import type { GatewayOptions } from './gateway-options';
import { PolicyAuthorizer } from './iam';
import { JsonService } from './json-service';
import { S3Service } from './s3';
import { SecretsManagerService } from './secretsmanager';
import { SqsService } from './sqs';

/** What stands behind the server. */
export interface GatewayServices {
  readonly credentials: LocalCredentials;
  readonly policies: PolicyAuthorizer;
  readonly authorizer: TracingAuthorizer;
  readonly ecsAgent: EcsAgent;
  readonly events: EventBus;
  readonly s3: S3Service;
  readonly secrets: SecretsManagerService;
  readonly cloudFront: CloudFrontService;
  readonly keyValueStores: KeyValueStoreService;
  readonly jsonServices: readonly JsonService[];
}

/** Opens every service on its part of the state directory; what was opened is closed again when a later one refuses. */
export async function openParts(options: GatewayOptions): Promise<GatewayServices> {
  const { region, accountId, stateDir, tables } = options;
  const policies = new PolicyAuthorizer(options);
  const authorizer = new TracingAuthorizer(policies);
  const dynamodb = await DynamoDbService.start({ stateDir: path.join(stateDir, 'dynamodb'), region, accountId, tables, authorizer });
  try {
    return { policies, authorizer, ...openSynchronousParts(options, authorizer, dynamodb) };
  } catch (error) {
    await dynamodb.close();
    throw error;
  }
}

function openSynchronousParts(
  options: GatewayOptions, authorizer: TracingAuthorizer, dynamodb: DynamoDbService,
): Omit<GatewayServices, 'policies' | 'authorizer'> {
  const { region, accountId, now, stateDir, buckets, queues, rules } = options;
  const credentials = new LocalCredentials({ now, ttlSeconds: options.credentialTtlSeconds });
  const events = new EventBus({
    accountId,
    rules,
    authorizer,
    sendToQueue: (queueArn, body, caller, context) => sqs.deliver(queueArn, body, caller, context),
    invoke: options.invoke,
    onFailedDelivery: options.onFailedDelivery,
  });
  const s3 = new S3Service({
    root: path.join(stateDir, 's3'),
    buckets,
    credentials,
    authorizer,
    region,
    now,
    onObjectCreated: object => events.publish(objectCreatedEvent(object, { accountId, region, time: object.time })),
  });
  const sqs = new SqsService({ stateDir: path.join(stateDir, 'sqs'), region, accountId, queues, authorizer, now });
  const secrets = new SecretsManagerService({ stateFile: path.join(stateDir, 'secretsmanager.json'), secrets: options.secrets ?? [], authorizer });
  const cloudFront = new CloudFrontService({ stateFile: path.join(stateDir, 'cloudfront.json'), credentials, authorizer, now });
  const keyValueStores = new KeyValueStoreService({
    stateFile: path.join(stateDir, 'key-value-stores.json'), stores: options.keyValueStores ?? [], credentials, authorizer, now,
  });
  return {
    credentials,
    ecsAgent: new EcsAgent({ authorizer, now }),
    events,
    s3,
    secrets,
    cloudFront,
    keyValueStores,
    jsonServices: [sqs, dynamodb, secrets, new EcsService(options.ecsServices ?? [], authorizer)],
  };
}
