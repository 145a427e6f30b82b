/**
 * SDK clients, made once a process. The region and the credentials come from the process's surroundings, as AWS sets them.
 *
 * Waiting is bounded: an API request lives at most 29 s (API Gateway), so three attempts of at most 5 s leave time to answer.
 */
import { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { ECSClient, ECSClientConfig } from '@aws-sdk/client-ecs';
import { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs';

const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** A fresh object each: a client takes over the handler that it makes of it. */
function boundedWaiting() {
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true };
}

export function createDynamoDbClient(overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: boundedWaiting(), ...overrides });
}

export function createS3Client(overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: boundedWaiting(),
    // Otherwise a presigned URL carries a checksum mode or a checksum of an empty body that its user never asked for.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...overrides,
  });
}

export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: boundedWaiting() });
}

export function createEcsClient(overrides: ECSClientConfig = {}): ECSClient {
  return new ECSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: boundedWaiting(), ...overrides });
}

export function createSqsClient(overrides: SQSClientConfig = {}): SQSClient {
  return new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: boundedWaiting(), ...overrides });
}
