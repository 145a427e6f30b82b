import { findLocal } from '../platform/local-platform';
import { Output } from '../terminal/output';

/** What the AWS CLI needs to look into a local platform, as shell commands to `eval`. */
export function localEnvironment(options: { readonly state?: string }, output: Output): void {
  const { url, awsEndpoint, region, bucket, queueUrl, table, logDirectory, ...keys } = findLocal(options.state);
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const variables: Record<string, string> = {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken },
    VIDEO_BUCKET: bucket,
    JOB_QUEUE_URL: queueUrl,
    CATALOG_TABLE: table,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  output.result({ url, logDirectory, ...variables }, [`# Platform: ${url}`, `# Logs:     ${logDirectory}`, ...lines].join('\n'));
}
