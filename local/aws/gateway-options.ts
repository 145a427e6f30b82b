import type * as http from 'http';
import type { TableDefinition } from './dynamodb';
import type { EcsServiceDefinition } from './ecs/ecs-service';
import type { FailedDelivery, JsonRecord, Rule } from './events';
import type { PrincipalPolicies, ResourcePolicy } from './iam';
import type { BucketDefinition } from './s3';
import type { SecretDefinition } from './secretsmanager';
import type { QueueDefinition } from './sqs';
import type { Now } from './types';

export interface GatewayOptions {
  /** Directory of everything that survives a restart. */
  readonly stateDir: string;
  readonly region: string;
  readonly accountId: string;
  /** @default 0, a free port */
  readonly port?: number;
  readonly buckets: readonly BucketDefinition[];
  readonly tables: readonly TableDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly rules: readonly Rule[];
  readonly secrets?: readonly SecretDefinition[];
  /** ARNs of CloudFront's key value stores. */
  readonly keyValueStores?: readonly string[];
  readonly ecsServices?: readonly EcsServiceDefinition[];
  /** Roles of the template with all their policies. */
  readonly principals: readonly PrincipalPolicies[];
  /** Bucket, queue, key and function policies. */
  readonly resourcePolicies?: readonly ResourcePolicy[];
  /** Lifetime of the keys that a container fetches, in seconds. @default 3600 */
  readonly credentialTtlSeconds?: number;
  readonly now?: Now;
  /** Runs a function that is the target of a rule. */
  readonly invoke?: (functionArn: string, payload: JsonRecord) => Promise<unknown>;
  readonly intercept?: (call: InterceptedCall) => Promise<boolean>;
  readonly onCall?: (call: CallRecord) => void;
  readonly onFailedDelivery?: (failure: FailedDelivery) => void;
}

/** A call before its service sees it: answer it and return true, or spoil `response` and return false to let it go on. */
export interface InterceptedCall {
  readonly service: string;
  /** Such as `ReceiveMessage`, `PutItem` or `UploadPart`. */
  readonly operation: string;
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  /** The whole body of a JSON call; S3 bodies are streams and still in `request`. */
  readonly body?: Buffer;
}

export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  /** Absent when the call was refused before a permission was asked for. */
  readonly principalArn?: string;
  readonly resource?: string;
  /** HTTP status; 499 when the caller left before it was answered. */
  readonly status: number;
}

