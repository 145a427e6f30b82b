/**
 * What a stack with a `VideoPlatform` prints. CloudFormation's keys carry the construct's path in front of these names and a hash behind.
 * The command line finds a platform by the first three; scripts may rely on all of them.
 */
export const STACK_OUTPUTS = {
  DistributionUrl: 'URL that viewers use; the path of an API route follows',
  UserPoolId: 'User pool of the viewers',
  UserPoolClientId: 'What browsers sign in with',
  UserPoolDomain: 'URL of the sign-in service, unless the user pool is given',
  SignInUrl: 'URL of the sign-in page, unless the user pool is given',
  DistributionDomainName: 'What a DNS record of your own name points to',
  BucketName: 'Bucket of sources, renditions and metadata',
  JobQueueUrl: 'Queue of the jobs that wait',
  DeadLetterQueueUrl: 'Queue of the jobs that were given up',
  WorkerLogGroup: 'Log of the workers',
  UploaderLogGroup: 'Log of the uploader',
  AnalyticsLogGroup: 'Log of the analytics service',
  ApiAccessLogGroup: 'One line per request to the API',
} as const;

export type StackOutput = keyof typeof STACK_OUTPUTS;

/** Whether a stack's output key is this one. */
export function isOutput(key: string, name: StackOutput): boolean {
  return new RegExp(`^([A-Za-z0-9]*[a-z0-9])?${name}([0-9A-F]{8})?$`).test(key);
}
