/** What a client that is no browser page needs to know of a platform. */

/** Where the command line waits for the sign-in page to send the browser back to. Cognito compares it to the letter, port included. */
export const CLI_CALLBACK_URL = 'http://localhost:47210/callback';

/** How to reach a local platform; it writes this file into its state folder, readable by its owner alone, and removes it when it ends. */
export const LOCAL_CONNECTION_FILE = 'connection.json';

export interface LocalConnection {
  /** Of the platform. */
  readonly pid: number;
  /** Stands for the distribution. */
  readonly url: string;
  /** Stands for the user pool's domain, and for Cognito's own API. */
  readonly signInOrigin: string;
  readonly issuer: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly region: string;
  /** Of S3, SQS and DynamoDB. */
  readonly awsEndpoint: string;
  /** A developer's key: it may do everything, on this machine alone. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly table: string;
  readonly logDirectory: string;
}

/**
 * What the AWS CLI and SDKs read, and the names that docs/local-platform.md uses. Botocore (the CLI's first version, boto3) reads
 * `AWS_DEFAULT_REGION`, all others `AWS_REGION`.
 */
export function toolEnvironment(
  connection: Pick<LocalConnection, 'awsEndpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'bucket' | 'queueUrl' | 'table'>,
): Readonly<Record<string, string>> {
  const { awsEndpoint, region, accessKeyId, secretAccessKey, sessionToken, bucket, queueUrl, table } = connection;
  return {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken },
    VIDEO_BUCKET: bucket,
    JOB_QUEUE_URL: queueUrl,
    CATALOG_TABLE: table,
  };
}
