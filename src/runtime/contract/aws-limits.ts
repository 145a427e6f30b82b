/**
 * Every name, limit and quota of AWS that this library depends on, with the page that says so. Constructs, command line and the rules
 * over templates (`test/deployment-rules`) read them from here.
 */
export interface AwsFact<T = number> {
  readonly value: T;
  readonly source: string;
}

const DOCS = 'https://docs.aws.amazon.com';
const IAM = `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const CLOUDFORMATION = `${DOCS}/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html`;
const LAMBDA = `${DOCS}/lambda/latest/dg/gettingstarted-limits.html`;
const CLOUDFRONT = `${DOCS}/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html`;
const CLOUDFRONT_API = `${DOCS}/cloudfront/latest/APIReference`;
const SQS_MESSAGES = `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html`;
const FARGATE = `${DOCS}/AmazonECS/latest/developerguide/fargate-tasks-services.html`;
const CONTAINER = `${DOCS}/AmazonECS/latest/APIReference/API_ContainerDefinition.html`;
const HEALTH_CHECK = `${DOCS}/AmazonECS/latest/APIReference/API_HealthCheck.html`;

/** Names that AWS prescribes. */
export const AWS_NAMES = {
  /** WAF writes to log groups of this prefix only. */
  wafLogPrefix: { value: 'aws-waf-logs-', source: `${DOCS}/waf/latest/developerguide/logging-cw-logs.html` },
  /** Where CloudFront's web ACLs, certificates and log delivery are. */
  edgeRegion: { value: 'us-east-1', source: `${DOCS}/waf/latest/developerguide/how-aws-waf-works-resources.html` },
  /** Its accounts get two zones. */
  twoZonesRegion: { value: 'us-west-1', source: `${DOCS}/global-infrastructure/latest/regions/aws-availability-zones.html` },
  ecsServiceLinkedRole: { value: 'AWSServiceRoleForECS', source: `${DOCS}/AmazonECS/latest/developerguide/using-service-linked-roles.html` },
  /** Fargate's vCPUs of a region, on demand and on Spot; new accounts begin with few. */
  fargateOnDemandQuota: { value: 'L-3032A538', source: `${DOCS}/general/latest/gr/ecs-service.html` },
  fargateSpotQuota: { value: 'L-36FBB829', source: `${DOCS}/general/latest/gr/ecs-service.html` },
  /** API Gateway checks for what it allows when the account's role is set. */
  apiLogPolicy: { value: 'service-role/AmazonAPIGatewayPushToCloudWatchLogs', source: `${DOCS}/apigateway/latest/developerguide/set-up-logging.html` },
} as const satisfies Record<string, AwsFact<string>>;

/** Most characters, bytes, seconds or pieces; `min…` is the least. */
export const AWS_LIMITS = {
  /** Of the CDK: templates of its default synthesizer refuse an older one by their rule CheckBootstrapVersion. */
  minBootstrapVersion: { value: 6, source: `${DOCS}/cdk/v2/guide/bootstrapping-env.html` },
  // CloudFormation
  resourcesPerTemplate: { value: 500, source: CLOUDFORMATION },
  outputsPerTemplate: { value: 200, source: CLOUDFORMATION },
  parametersPerTemplate: { value: 200, source: CLOUDFORMATION },
  /** By URL, as CDK hands templates over. */
  templateBytes: { value: 1_048_576, source: CLOUDFORMATION },
  templateDescriptionBytes: { value: 1024, source: CLOUDFORMATION },
  customResourceSeconds: { value: 3600, source: `${DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html` },
  // IAM
  managedPolicyCharacters: { value: 6144, source: IAM },
  managedPoliciesPerRole: { value: 10, source: IAM },
  inlinePoliciesPerRoleCharacters: { value: 10_240, source: IAM },
  trustPolicyCharacters: { value: 2048, source: IAM },
  roleDescription: { value: 1000, source: `${DOCS}/IAM/latest/APIReference/API_CreateRole.html` },
  managedPolicyDescription: { value: 1000, source: `${DOCS}/IAM/latest/APIReference/API_CreatePolicy.html` },
  // Resource policies
  bucketPolicyBytes: { value: 20_480, source: `${DOCS}/AmazonS3/latest/userguide/bucket-policies.html` },
  queuePolicyBytes: { value: 8192, source: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html` },
  queuePolicyActionsPerStatement: { value: 7, source: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html` },
  keyPolicyBytes: { value: 32_768, source: `${DOCS}/kms/latest/developerguide/resource-limits.html` },
  endpointPolicyCharacters: { value: 20_480, source: `${DOCS}/vpc/latest/privatelink/vpc-endpoints-access.html` },
  // CloudFront
  edgeFunctionName: { value: 64, source: `${CLOUDFRONT_API}/API_CreateFunction.html` },
  edgeFunctionBytes: { value: 10_240, source: CLOUDFRONT },
  keyValueStoreName: { value: 64, source: `${CLOUDFRONT_API}/API_CreateKeyValueStore.html` },
  originAccessControlName: { value: 64, source: `${CLOUDFRONT_API}/API_OriginAccessControlConfig.html` },
  responseHeadersPolicyName: { value: 128, source: `${CLOUDFRONT_API}/API_ResponseHeadersPolicyConfig.html` },
  distributionComment: { value: 128, source: `${CLOUDFRONT_API}/API_DistributionConfig.html` },
  behaviorsPerDistribution: { value: 75, source: CLOUDFRONT },
  // WAF
  webAclDescription: { value: 256, source: `${DOCS}/waf/latest/APIReference/API_CreateWebACL.html` },
  minRequestsPerIp: { value: 10, source: `${DOCS}/waf/latest/APIReference/API_RateBasedStatement.html` },
  requestsPerIp: { value: 2_000_000_000, source: `${DOCS}/waf/latest/APIReference/API_RateBasedStatement.html` },
  // CloudWatch
  deliveryName: { value: 60, source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html` },
  logGroupName: { value: 512, source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html` },
  alarmName: { value: 255, source: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html` },
  alarmDescription: { value: 1024, source: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html` },
  metricNamespace: { value: 255, source: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html` },
  // Lambda
  functionDescription: { value: 256, source: `${DOCS}/lambda/latest/api/API_CreateFunction.html` },
  functionSeconds: { value: 900, source: LAMBDA },
  functionMegabytes: { value: 10_240, source: LAMBDA },
  functionEnvironmentBytes: { value: 4096, source: LAMBDA },
  // SQS
  minRetentionSeconds: { value: 60, source: SQS_MESSAGES },
  retentionSeconds: { value: 14 * 24 * 3600, source: SQS_MESSAGES },
  visibilitySeconds: { value: 12 * 3600, source: SQS_MESSAGES },
  receiveWaitSeconds: { value: 20, source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html` },
  receiveCount: { value: 1000, source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html` },
  // ECS on Fargate
  minStorageGib: { value: 21, source: FARGATE },
  storageGib: { value: 200, source: FARGATE },
  stopSeconds: { value: 120, source: CONTAINER },
  minHealthCheckSeconds: { value: 5, source: HEALTH_CHECK },
  healthCheckSeconds: { value: 300, source: HEALTH_CHECK },
  healthCheckRetries: { value: 10, source: HEALTH_CHECK },
  securityGroupsPerTask: { value: 5, source: `${DOCS}/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html` },
  subnetsPerTask: { value: 16, source: `${DOCS}/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html` },
  // EventBridge
  targetsPerRule: { value: 5, source: `${DOCS}/eventbridge/latest/userguide/eb-quota.html` },
  eventPatternCharacters: { value: 2048, source: `${DOCS}/eventbridge/latest/userguide/eb-quota.html` },
  // The rest
  domainPrefix: { value: 63, source: `${DOCS}/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html` },
  callbackUrls: { value: 100, source: `${DOCS}/cognito/latest/developerguide/quotas.html` },
  securityGroupDescription: { value: 255, source: `${DOCS}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html` },
  rulesPerSecurityGroup: { value: 60, source: `${DOCS}/vpc/latest/userguide/amazon-vpc-limits.html` },
  resourcesPerApi: { value: 300, source: `${DOCS}/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html` },
  keyDescription: { value: 8192, source: `${DOCS}/kms/latest/APIReference/API_CreateKey.html` },
  secretDescription: { value: 2048, source: `${DOCS}/secretsmanager/latest/apireference/API_CreateSecret.html` },
} as const satisfies Record<string, AwsFact>;
