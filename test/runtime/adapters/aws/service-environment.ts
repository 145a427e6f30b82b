import { CREDENTIALS, TABLE } from './catalog-fixture';

export interface Endpoints {
  readonly dynamodb: string;
  readonly s3?: string;
  readonly secrets?: string;
}

/** What Lambda and the template together set, with the services on this machine. */
export function setServiceEnvironment(endpoints: Endpoints, own: Record<string, string>): void {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    ...(endpoints.secrets === undefined ? {} : { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets }),
    ...(endpoints.s3 === undefined ? {} : { AWS_ENDPOINT_URL_S3: endpoints.s3 }),
    CATALOG_TABLE: TABLE,
    VIDEO_BUCKET: 'videos',
    METRICS_NAMESPACE: 'Videos',
    LOG_LEVEL: 'ERROR',
    // Keeps the embedded metrics out of the test's report.
    POWERTOOLS_METRICS_DISABLED: 'true',
    ALLOWED_ORIGINS: '[]',
    SIGNING_KEYS_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:signing-keys',
    ...own,
  });
}
