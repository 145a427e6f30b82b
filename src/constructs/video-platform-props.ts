import { Duration, Size } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ApiLogRole } from './access/api-log-role';
import { EnvironmentProfile } from './environment-profile';
import { IPlatformNetwork } from './network/platform-network';
import { LadderProfile } from './processing/ladder-profile';
import { IProcessingQueue } from './queue/processing-queue-base';
import { ISigningKeys } from './secrets/signing-keys';
import { IVideoBucket } from './storage/video-bucket-base';
import { IVideoCatalog } from './storage/video-catalog';

/** Properties of `VideoPlatform`. */
export interface VideoPlatformProps {
  /** Size, cost and lifetime of this environment. */
  readonly profile: EnvironmentProfile;

  /**
   * Largest source: 1 byte to 5 GiB.
   *
   * @default Size.mebibytes(500)
   */
  readonly maxUploadSize?: Size;

  /**
   * The renditions to make.
   *
   * @default LadderProfile.standard()
   */
  readonly ladder?: LadderProfile;

  /**
   * A customer managed key for videos, catalog, jobs and logs. Its policy must leave access to IAM; that of a key of this app is extended
   * for EventBridge, CloudFront and CloudWatch Logs, an imported key's must already name them.
   *
   * @default - one new key for the bucket and one for logs; DynamoDB's and SQS's own keys for the rest
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where workers run; `PlatformNetwork.fromVpc` takes a VPC of yours.
   *
   * @default - a new `PlatformNetwork`, whose endpoints are narrowed to this platform's bucket, queue and catalog
   */
  readonly network?: IPlatformNetwork;

  /**
   * Where videos are stored; `VideoBucket.fromBucket` takes a bucket of yours.
   *
   * @default - a new `VideoBucket`
   */
  readonly bucket?: IVideoBucket;

  /**
   * Where videos are recorded; `VideoCatalog.fromTable` takes a table of yours.
   *
   * @default - a new `VideoCatalog`
   */
  readonly catalog?: IVideoCatalog;

  /**
   * Where jobs wait; `ProcessingQueue.fromQueues` takes queues of yours.
   *
   * @default - a new `ProcessingQueue`
   */
  readonly queue?: IProcessingQueue;

  /**
   * The ECS cluster of the workers, with the capacity providers FARGATE and FARGATE_SPOT; Container Insights
   * for the metrics of its tasks.
   *
   * @default - a new cluster
   */
  readonly cluster?: ecs.ICluster;

  /**
   * The worker's image.
   *
   * @default - the image shipped with this library, built by the CDK at deployment
   */
  readonly image?: ecs.ContainerImage;

  /**
   * Processor architecture of the workers.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * CPU units of a worker; 1024 are one vCPU.
   *
   * @default - the profile's: 2048 for dev, 4096 for uat and prod
   */
  readonly cpu?: number;

  /**
   * Memory of a worker, MiB.
   *
   * @default 8192
   */
  readonly memoryLimitMiB?: number;

  /**
   * How long a job may wait before it is started.
   *
   * @default Duration.minutes(5)
   */
  readonly acceptableLatency?: Duration;

  /**
   * How long a job takes on average.
   *
   * @default Duration.minutes(2)
   */
  readonly averageJobDuration?: Duration;

  /**
   * Longest that a job may take; together with the queue's visibility timeout at most 12 hours, after which SQS takes a message back.
   *
   * @default Duration.hours(6)
   */
  readonly maxJobDuration?: Duration;

  /**
   * How long a deployment waits for running jobs, 1 minute to 2 hours in whole minutes. A job that takes longer is handed back when a
   * deployment meets it, and begins again on a new worker. CloudFormation fails an update of a service after three hours (ECS developer
   * guide, "Task scale-in protection"), and the credentials of a deployment often last for one.
   *
   * @default Duration.minutes(30)
   */
  readonly deploymentWait?: Duration;

  /**
   * Which role API Gateway writes its logs with: one setting per account and region.
   *
   * @default ApiLogRole.CREATE
   */
  readonly apiLogRole?: ApiLogRole;

  /**
   * How long a playback URL is valid: 1 minute to 6 hours.
   *
   * @default Duration.hours(1)
   */
  readonly playbackExpiry?: Duration;

  /**
   * A user pool of yours.
   *
   * @default - a new one
   */
  readonly userPool?: cognito.IUserPool;

  /**
   * Origin of the sign-in page of `userPool`: `https://PREFIX.auth.REGION.amazoncognito.com`, or a domain of your own.
   *
   * @default - that of the new user pool; with a `userPool` of yours nobody could sign in to the console, so there is none
   */
  readonly signInUrl?: string;

  /**
   * Whether a second factor is needed to sign in to the new user pool.
   *
   * @default Mfa.REQUIRED
   */
  readonly mfa?: cognito.Mfa;

  /**
   * Whether people may register themselves in the new user pool.
   *
   * @default false
   */
  readonly selfSignUp?: boolean;

  /**
   * How the new user pool sends invitations and codes; `cognito.UserPoolEmail.withSES` takes a sender that is verified in SES.
   *
   * @default - Cognito's own sender, at most 50 mails per day and account (Cognito quotas): enough for dev; use SES for prod
   */
  readonly email?: cognito.UserPoolEmail;

  /**
   * Where the sign-in page may send people back to, besides the command line on their own machine.
   *
   * The first stands in the output `SignInUrl`.
   *
   * @default - the distribution's URL
   */
  readonly callbackUrls?: string[];

  /**
   * Origins of pages served elsewhere that upload and play from a browser.
   *
   * @default - none
   */
  readonly allowedOrigins?: string[];

  /**
   * ARN of a WAFv2 web ACL of scope CLOUDFRONT for the distribution; `VideoEdgeStack` makes one.
   *
   * @default - a new `VideoFirewall` when the stack is in us-east-1, none elsewhere: the API's throttling and its own regional web ACL
   * still hold, but there is no limit per viewer IP address
   */
  readonly webAclArn?: string;

  /**
   * Names that viewers use, such as `videos.example.com`. They need `certificate`.
   *
   * @default - the name that CloudFront gives
   */
  readonly domainNames?: string[];

  /**
   * Certificate for `domainNames`, in us-east-1.
   *
   * @default - CloudFront's own certificate
   */
  readonly certificate?: acm.ICertificate;

  /**
   * The hosted zone of `domainNames`: an A and an AAAA record are made in it for each name.
   *
   * @default - no records; point the names to the output `DistributionDomainName` yourself
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * Raise it by one and deploy to rotate the secret by which the API knows the distribution; see `OriginSecret`.
   *
   * @default 1
   */
  readonly originSecretGeneration?: number;

  /**
   * Keys that open media to viewers; several platforms may share them.
   *
   * @default - new `SigningKeys`, rotated every 30 days
   */
  readonly signingKeys?: ISigningKeys;

  /**
   * Countries that may, or may not, watch.
   *
   * @default - no restriction
   */
  readonly geoRestriction?: cloudfront.GeoRestriction;

  /**
   * Edge locations to serve from.
   *
   * @default PriceClass.PRICE_CLASS_100 (North America and Europe)
   */
  readonly priceClass?: cloudfront.PriceClass;

  /**
   * CloudWatch namespace of this platform's metrics.
   *
   * @default - `VideoPlatform/` and the path of this construct, so that no two platforms of an account count together
   */
  readonly metricsNamespace?: string;

  /**
   * URL of the runbook that alarms point to.
   *
   * @default - docs/operator-runbook.md of this library
   */
  readonly runbookUrl?: string;
}
