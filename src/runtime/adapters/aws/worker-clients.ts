/**
 * SDK clients of the worker. It may wait longer than a function, but never past its heartbeat: a request that hangs must not
 * cost the lease. Credentials and region come from the task's surroundings.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { mayBeExpired } from './aws-failure';

/** Attempts per SDK call, with full-jitter back-off. The worker retries whole steps on top of these. */
const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 3_000;
const SHORTEST_TIMEOUT_MS = 1_000;
const LONGEST_TIMEOUT_MS = 10_000;

/** The SDK's own warnings are no JSON; the errors themselves reach our logger. */
const ignore = () => undefined;
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface WorkerClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
}

export function createWorkerClients(heartbeatMs: number): WorkerClients {
  const wait = Math.min(Math.max(heartbeatMs, SHORTEST_TIMEOUT_MS), LONGEST_TIMEOUT_MS);
  const common = { maxAttempts: MAX_ATTEMPTS, logger: SILENT, credentials: async () => fetchCredentials(wait) };
  // A fresh object each: a client takes over the handler that it makes of it.
  const bounded = () => ({ connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: wait, throwOnRequestTimeout: true });
  const clients = {
    // A body may take hours; a socket on which nothing moves may not.
    s3: new S3Client({ ...common, requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: 3 * wait } }),
    sqs: new SQSClient({ ...common, requestHandler: bounded() }),
    dynamodb: new DynamoDBClient({ ...common, requestHandler: bounded() }),
  };
  Object.values(clients).forEach(refreshRefusedCredentials);
  return clients;
}

/**
 * The SDK waits without limit on a container endpoint that does not answer (its limit only warns), and lets every later call wait for the
 * same answer. So each fetch has a chain of its own, and an end: the worker's retries of a step do the rest.
 */
async function fetchCredentials(waitMs: number) {
  const fetching = defaultProvider()();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No credentials came within ${waitMs} ms.`)), waitMs);
  });
  return Promise.race([fetching, timeout]).finally(() => clearTimeout(timer));
}

/**
 * The SDK renews credentials by their own date only. A session that ended before its date (revoked, or judged by another
 * clock) would be used without end; so a refusal that may mean this has new ones fetched, and the caller's next try uses them.
 */
function refreshRefusedCredentials(client: WorkerClients[keyof WorkerClients]): void {
  // The three differ in the types of what they send, which this does not look at.
  const { config, middlewareStack } = client as S3Client;
  middlewareStack.add(next => async args => {
    try {
      return await next(args);
    } catch (error) {
      if (mayBeExpired(error)) await config.credentials({ forceRefresh: true }).catch(ignore);
      throw error;
    }
  }, { step: 'initialize', name: 'refreshRefusedCredentials' });
}
