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
