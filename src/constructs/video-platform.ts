import { CfnOutput, Duration, Names, Stack, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { VideoApi } from './access/video-api';
import { ViewerDirectory } from './access/viewer-directory';
import { VideoDistribution } from './delivery/video-distribution';
import { FirewallScope, VideoFirewall } from './delivery/video-firewall';
import { WebConsole } from './delivery/web-console';
import { IPlatformNetwork, PlatformNetwork } from './network/platform-network';
import { PlatformAlarms } from './observability/platform-alarms';
import { FfmpegFargateService } from './processing/ffmpeg-fargate-service';
import { ProcessingQueue } from './queue/processing-queue';
import { IProcessingQueue } from './queue/processing-queue-base';
import { OriginSecret } from './secrets/origin-secret';
import { ISigningKeys, SigningKeys } from './secrets/signing-keys';
import { AnalyticsFunction } from './services/analytics-function';
import { UploaderFunction } from './services/uploader-function';
import { VideoBucket } from './storage/video-bucket';
import { IVideoBucket } from './storage/video-bucket-base';
import { IVideoCatalog, VideoCatalog } from './storage/video-catalog';
import { VideoPlatformProps } from './video-platform-props';
import { warnOfContradictions } from './video-platform-warnings';
import { CLI_CALLBACK_URL, RESOURCE_SERVER, SCOPE_UPLOAD, SCOPE_WATCH, STACK_OUTPUTS, StackOutput } from '../runtime/contract';

/**
 * The whole platform, in the order a video passes through it: stored, recorded, queued, encoded; and on the other side signed in to,
 * listed, played and watched over. Every part is a public construct and can be brought or used alone.
 *
 * @example
 * const platform = new VideoPlatform(this, 'Videos', { profile: EnvironmentProfile.prod() });
 * platform.alarms.notify(onCallTopic);
 */
export class VideoPlatform extends Construct {
  /** Where workers run. */
  public readonly network: IPlatformNetwork;
  /** Where videos are stored. */
  public readonly bucket: IVideoBucket;
  /** Where videos are recorded. */
  public readonly catalog: IVideoCatalog;
  /** Where jobs wait. */
  public readonly queue: IProcessingQueue;
  /** The workers. */
  public readonly service: FfmpegFargateService;
  /** Hands out uploads. */
  public readonly uploader: UploaderFunction;
  /** Keys that open media. */
  public readonly signingKeys: ISigningKeys;
  /** Lists, counts and signs playback. */
  public readonly analytics: AnalyticsFunction;
  /** Who the viewers are. */
  public readonly directory: ViewerDirectory;
  /** What browsers sign in with. */
  public readonly viewerClient: cognito.UserPoolClient;
  /** The REST API. */
  public readonly api: VideoApi;
  /** What proves to the API that a request came through the distribution, if the API has a web ACL that asks for it. */
  public readonly originSecret?: OriginSecret;
  /** The web ACL of the API, if the profile asks for one: it refuses what goes round the distribution. */
  public readonly apiFirewall?: VideoFirewall;
  /** The web ACL of the distribution, if this platform made it. */
  public readonly firewall?: VideoFirewall;
  /** The distribution that viewers reach the platform by. */
  public readonly distribution: VideoDistribution;
  /** The page at the distribution's root, unless the user pool has no sign-in page. */
  public readonly webConsole?: WebConsole;
  /** What pages somebody. */
  public readonly alarms: PlatformAlarms;

  /** @throws when a part refuses its settings: the message names the construct, the value and the fix. */
  constructor(scope: Construct, id: string, props: VideoPlatformProps) {
    super(scope, id);
    const { profile, encryptionKey, allowedOrigins, maxUploadSize } = props;
    const { removalPolicy, deletionProtection, autoDeleteObjects, logRetention, logLevel } = profile;
    const metricsNamespace = props.metricsNamespace ?? `VideoPlatform/${Names.uniqueResourceName(this, { maxLength: 128, separator: '-' })}`;
    const logEncryptionKey = encryptionKey ?? new kms.Key(this, 'LogKey', {
      description: `Encrypts the logs of ${this.node.path}`, enableKeyRotation: true, removalPolicy,
    });
    const logging = { logEncryptionKey, logRetention, removalPolicy };

    const ownNetwork = props.network ? undefined : new PlatformNetwork(this, 'Network', {
      flowLogEncryptionKey: logEncryptionKey,
      flowLogRetention: logRetention,
      removalPolicy,
      zones: profile.networkZones,
      interfaceEndpoints: profile.interfaceEndpoints,
    });
    this.network = props.network ?? ownNetwork!;
    const ownBucket = props.bucket ? undefined : new VideoBucket(this, 'Bucket', {
      encryptionKey,
      allowedOrigins: [...allowedOrigins ?? [], ...pageOrigins(props)],
      removalPolicy,
      accessLogsRetention: Duration.days(logRetention),
      autoDeleteObjects,
    });
    this.bucket = props.bucket ?? ownBucket!;
    this.catalog = props.catalog ?? new VideoCatalog(this, 'Catalog', { encryptionKey, deletionProtection, removalPolicy });
    this.queue = props.queue ?? new ProcessingQueue(this, 'Queue', { encryptionKey });
    ownNetwork?.restrictEndpoints({ bucket: this.bucket, queue: this.queue, catalog: this.catalog });

    const storage = { bucket: this.bucket, catalog: this.catalog };
    this.service = new FfmpegFargateService(this, 'Processor', {
      ...storage,
      ...logging,
      queue: this.queue,
      network: this.network,
      cluster: props.cluster,
      image: props.image,
      cpuArchitecture: props.cpuArchitecture,
      cpu: props.cpu ?? profile.cpu,
      memoryLimitMiB: props.memoryLimitMiB ?? profile.memoryLimitMiB,
      ladder: props.ladder,
      maxUploadSize,
      acceptableLatency: props.acceptableLatency,
      averageJobDuration: props.averageJobDuration,
      maxJobDuration: props.maxJobDuration,
      deploymentWait: props.deploymentWait,
      minTasks: profile.minTasks,
      maxTasks: profile.maxTasks,
      onDemandBase: profile.onDemandBase,
      spotPercentage: profile.spotPercentage,
      metricsNamespace,
      logLevel,
    });
    this.uploader = new UploaderFunction(this, 'Uploader', {
      ...storage, ...logging, maxUploadSize, allowedOrigins, metricsNamespace, logLevel,
    });
    this.signingKeys = props.signingKeys ?? new SigningKeys(this, 'SigningKeys', { ...logging, logLevel });
    this.analytics = new AnalyticsFunction(this, 'Analytics', {
      ...storage,
      ...logging,
      signingKeys: this.signingKeys,
      playbackExpiry: props.playbackExpiry,
      allowedOrigins,
      metricsNamespace,
      logLevel,
    });
    this.announceSources();

    this.directory = new ViewerDirectory(this, 'Directory', {
      userPool: props.userPool, mfa: props.mfa, selfSignUp: props.selfSignUp, email: props.email, deletionProtection, removalPolicy,
    });
    if (profile.apiWebAcl) {
      this.originSecret = new OriginSecret(this, 'OriginSecret', { generation: props.originSecretGeneration });
      this.apiFirewall = new VideoFirewall(this, 'ApiFirewall', {
        scope: FirewallScope.REGIONAL, originSecret: this.originSecret, ...logging,
      });
    }
    this.api = new VideoApi(this, 'Api', {
      uploader: this.uploader.function,
      analytics: this.analytics.function,
      userPool: this.directory.userPool,
      webAclArn: this.apiFirewall?.webAclArn,
      allowedOrigins,
      logRole: props.apiLogRole,
      ...logging,
    });

    const makesAcl = profile.distributionWebAcl && !props.webAclArn && Stack.of(this).region === 'us-east-1';
    if (makesAcl) this.firewall = new VideoFirewall(this, 'Firewall', logging);
    const signInUrl = props.signInUrl ?? this.directory.signInUrl;
    if (signInUrl) this.webConsole = new WebConsole(this, 'Console', { ...logging, accessLogsBucket: ownBucket?.accessLogsBucket });
    this.distribution = new VideoDistribution(this, 'Distribution', {
      mediaBucket: this.bucket.bucket,
      apiOrigin: this.api.createOrigin(this.originSecret),
      signingKeys: this.signingKeys,
      ...this.webConsole && {
        consoleBucket: this.webConsole.bucket, connectSources: [signInUrl!, `https://${this.bucket.bucket.bucketRegionalDomainName}`],
      },
      webAclArn: props.webAclArn ?? this.firewall?.webAclArn,
      domainNames: props.domainNames,
      certificate: props.certificate,
      hostedZone: props.hostedZone,
      geoRestriction: props.geoRestriction,
      priceClass: props.priceClass,
      logRetention: Duration.days(logRetention),
      removalPolicy,
      autoDeleteObjects,
    });
    // The command line signs in through a browser as pages do, and is called back on this machine (RFC 8252, section 7.3).
    const pages = props.callbackUrls ?? [`${this.distribution.url}/`];
    this.viewerClient = this.directory.addClient('ViewerClient', { callbackUrls: [...pages, CLI_CALLBACK_URL], logoutUrls: pages });
    this.webConsole?.publish({
      userPool: this.directory.userPool,
      userPoolClient: this.viewerClient,
      signInUrl: signInUrl!,
      maxUploadSize: this.uploader.maxUploadSize,
    });

    this.alarms = new PlatformAlarms(this, 'Alarms', {
      apiStage: this.api.stage,
      queue: this.queue,
      service: this.service.service,
      uploader: this.uploader.function,
      scaler: this.service.scaler,
      metricsNamespace,
      runbookUrl: props.runbookUrl,
    });
    this.addOutputs(pages[0]);
    warnOfContradictions(this, props);
  }

  /**
   * Every source that arrives becomes a job, its video is marked QUEUED meanwhile, and a worker is started if none is. What cannot be
   * delivered goes to the dead-letter queue.
   */
  private announceSources(): void {
    const rule = this.bucket.onSourceUploaded('SourceUploaded', { crossStackScope: this, target: this.queue.ruleTarget() });
    rule.addTarget(new targets.LambdaFunction(this.uploader.function, { deadLetterQueue: this.queue.deadLetterQueue }));
    rule.addTarget(this.service.wakeTarget());
  }

  /** Cognito wants the redirect exactly as the client registered it: with a slash at the end of the distribution's URL. */
  private signInUrl(domain: cognito.UserPoolDomain, page: string): string {
    const scopes = ['openid', ...[SCOPE_UPLOAD, SCOPE_WATCH].map(scope => `${RESOURCE_SERVER}/${scope}`)];
    // The name of the distribution is known to the deployment alone, and holds nothing to encode.
    const redirect = Token.isUnresolved(page) ? `https%3A%2F%2F${this.distribution.domainName}%2F` : encodeURIComponent(page);
    return `${domain.baseUrl()}/oauth2/authorize?client_id=${this.viewerClient.userPoolClientId}&response_type=code`
      + `&scope=${scopes.join('+')}&redirect_uri=${redirect}`;
  }

  private addOutputs(signInPage: string): void {
    const { queue, deadLetterQueue } = this.queue;
    const values: Record<StackOutput, string | undefined> = {
      DistributionUrl: this.distribution.url,
      UserPoolId: this.directory.userPool.userPoolId,
      UserPoolClientId: this.viewerClient.userPoolClientId,
      UserPoolDomain: this.directory.domain?.baseUrl(),
      SignInUrl: this.directory.domain && this.signInUrl(this.directory.domain, signInPage),
      DistributionDomainName: this.distribution.distributionDomainName,
      BucketName: this.bucket.bucket.bucketName,
      JobQueueUrl: queue.queueUrl,
      DeadLetterQueueUrl: deadLetterQueue.queueUrl,
      WorkerLogGroup: this.service.logGroup.logGroupName,
      UploaderLogGroup: this.uploader.logGroup.logGroupName,
      AnalyticsLogGroup: this.analytics.logGroup.logGroupName,
      ApiAccessLogGroup: this.api.accessLog.logGroupName,
    };
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) new CfnOutput(this, name, { value, description: STACK_OUTPUTS[name as StackOutput] });
    }
  }
}

/**
 * Pages that upload straight to the bucket. The name that CloudFront gives cannot stand here, since the distribution comes after the
 * bucket that it reads; CORS opens nothing by itself, every upload needs a signature.
 */
function pageOrigins({ domainNames = [] }: VideoPlatformProps): string[] {
  return domainNames.length > 0 ? domainNames.map(name => `https://${name}`) : ['https://*.cloudfront.net'];
}
