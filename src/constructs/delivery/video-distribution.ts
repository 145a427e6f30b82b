import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { createLogBucket, deliverLogs, legacyLogging, logDeliveryOf } from './access-logs';
import { createAliasRecords } from './alias-records';
import { Behaviors } from './behaviors';
import { createBucketOrigin, letDistributionRead } from './bucket-origin';
import { AWS_LIMITS, MEDIA_PREFIX } from '../../runtime/contract';
import { ISigningKeys } from '../secrets/signing-keys';
import { known, validateRules } from '../shared/validation';

/** Properties of `VideoDistribution`. */
export interface VideoDistributionProps {
  /**
   * Bucket whose `media/` objects are served. That of another stack is opened to every distribution of the account, because its
   * policy cannot name this one. A bucket that this app does not own cannot be given a policy: synthesis warns and prints the
   * statement to add.
   */
  readonly mediaBucket: s3.IBucket;

  /**
   * Serves `/api/*`, uncached and with the viewer's Authorization header.
   *
   * @default - `/api/*` answers 404
   */
  readonly apiOrigin?: cloudfront.IOrigin;

  /**
   * Keys that open `/media/*`: by CloudFront's signed cookies, or by a token in the path below `/media/t/`.
   *
   * @default - `/media/*` answers 403 to everybody
   */
  readonly signingKeys?: ISigningKeys;

  /**
   * Files of the web console, `index.html` among them. Paths without a file extension are answered with that page. A bucket that this
   * app does not own cannot be given a policy: synthesis warns and prints the statement to add.
   *
   * @default - every path but `/api/*` and `/media/*` answers 404
   */
  readonly consoleBucket?: s3.IBucket;

  /**
   * Origins that the console may call beside its own, such as `https://videos.auth.eu-west-1.amazoncognito.com` to sign in and the
   * bucket to upload to. They go into its Content-Security-Policy.
   *
   * @default - none
   */
  readonly connectSources?: string[];

  /**
   * Sites whose pages may show the player of `/embed/{videoId}`, as sources of the CSP directive `frame-ancestors`: `https://www.example.com`.
   * The page is `embed/index.html` of `consoleBucket`.
   *
   * @default - `/embed/*` is no path of its own
   */
  readonly embedOrigins?: string[];

  /**
   * ARN of a WAFv2 web ACL of scope CLOUDFRONT: the one of a `VideoFirewall` in us-east-1.
   *
   * @default - no web ACL at the distribution
   */
  readonly webAclArn?: string;

  /**
   * Names that viewers use, such as `videos.example.com`. They need `certificate`.
   *
   * @default - the name that CloudFront gives
   */
  readonly domainNames?: string[];

  /**
   * Certificate for `domainNames`, in us-east-1. With it, viewers must speak TLS 1.2 or newer.
   *
   * @default - CloudFront's own certificate, whose oldest TLS version cannot be chosen
   */
  readonly certificate?: acm.ICertificate;

  /**
   * The hosted zone of `domainNames`: an A and an AAAA record are made in it for each name.
   *
   * @default - no records; point the names to `distributionDomainName` yourself
   */
  readonly hostedZone?: route53.IHostedZone;

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
   * Bucket for access logs. In us-east-1 they come by standard logging v2. Elsewhere CloudFront delivers by ACL, so its object
   * ownership must not be BUCKET_OWNER_ENFORCED; in opt-in regions it cannot, and `DistributionLogs` in us-east-1 is needed.
   *
   * @default - a bucket is created
   */
  readonly logBucket?: s3.IBucket;

  /**
   * How long access logs are kept in the bucket that is created.
   *
   * @default Duration.days(365)
   */
  readonly logRetention?: Duration;

  /**
   * What happens to the log bucket of this construct when it leaves the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether to delete the log files with the log bucket that is created. It needs `removalPolicy: RemovalPolicy.DESTROY`, and adds CDK's
   * function for it to the stack.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;
}

/**
 * The one name that viewers use: a CloudFront distribution with the console at its root, the API below `/api/`, media below `/media/`
 * (origin access control; opened by a signed cookie or a path token) and, if wanted, a player to embed below `/embed/`.
 *
 * Requests that bypass it fail: the buckets answer this distribution alone, and the API asks for the secret that it adds (`OriginSecret`).
 */
export class VideoDistribution extends Construct {
  /** The CloudFront distribution, to add behaviors or read metrics. */
  public readonly distribution: cloudfront.Distribution;
  /** Where access logs are delivered. */
  public readonly logBucket: s3.IBucket;
  /** Name that viewers use: the first of `domainNames`, or the one that CloudFront gave. */
  public readonly domainName: string;
  /** Name that CloudFront gave (`dXXXX.cloudfront.net`): what a record for a name of your own points to. */
  public readonly distributionDomainName: string;

  /**
   * @throws when `domainNames`, `certificate` and `hostedZone` contradict each other, `webAclArn` names no web ACL of CloudFront, or a
   * source is no origin.
   */
  constructor(scope: Construct, id: string, props: VideoDistributionProps) {
    super(scope, id);
    validateProps(this, props);

    const logDelivery = logDeliveryOf(this);
    this.logBucket = props.logBucket ?? createLogBucket(this, logDelivery, props);
    const mediaOrigin = createBucketOrigin(this, 'AccessControl', props.mediaBucket);
    const consoleOrigin = props.consoleBucket && createBucketOrigin(this, 'ConsoleAccess', props.consoleBucket);
    const behaviors = new Behaviors(this);

    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Videos of ${this.node.path}`.slice(0, AWS_LIMITS.distributionComment.value),
      defaultBehavior: consoleOrigin ? behaviors.console(consoleOrigin, props.connectSources ?? []) : behaviors.nothing(mediaOrigin),
      additionalBehaviors: {
        ...behaviors.media(mediaOrigin, props.signingKeys),
        ...props.apiOrigin && { 'api/*': behaviors.api(props.apiOrigin) },
        ...consoleOrigin && props.embedOrigins && { 'embed/*': behaviors.embed(consoleOrigin, props.embedOrigins) },
      },
      defaultRootObject: consoleOrigin && 'index.html',
      ...viewerCertificate(props),
      webAclId: props.webAclArn,
      geoRestriction: props.geoRestriction,
      priceClass: props.priceClass ?? cloudfront.PriceClass.PRICE_CLASS_100,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      ...legacyLogging(logDelivery, this.logBucket),
    });
    this.distributionDomainName = this.distribution.distributionDomainName;
    this.domainName = props.domainNames?.[0] ?? this.distributionDomainName;
    letDistributionRead(this, { distribution: this.distribution, bucket: props.mediaBucket, prefix: MEDIA_PREFIX, sid: 'DistributionReadsMedia' });
    if (props.consoleBucket) {
      letDistributionRead(this, { distribution: this.distribution, bucket: props.consoleBucket, prefix: '', sid: 'DistributionReadsConsole' });
    }
    deliverLogs(this, logDelivery, this.distribution, this.logBucket);
    if (props.hostedZone) createAliasRecords(this, props.hostedZone, this.distribution, props.domainNames!);
    this.acknowledgeChoices(props);
  }

  /** `https://` and the domain name, without a slash at its end. */
  public get url(): string {
    return `https://${this.domainName}`;
  }

  private acknowledgeChoices(props: VideoDistributionProps): void {
    const validations = Validations.of(this.distribution);
    if (!props.geoRestriction) {
      validations.acknowledge({
        id: 'AwsSolutions-CFR1',
        reason: 'Viewers may be anywhere; the `geoRestriction` prop narrows it where rights or law ask for it.',
      });
    }
    if (!props.webAclArn) {
      validations.acknowledge({
        id: 'AwsSolutions-CFR2',
        reason: 'No `webAclArn` was given (it lives in us-east-1: VideoEdgeStack makes one). What can be reached is the API, which has its own '
          + 'web ACL in VideoPlatform, and media that needs a signature; every other path is answered by a function at the edge.',
      });
    }
    if (!props.certificate) {
      validations.acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'Without `domainNames` and `certificate` viewers use the *.cloudfront.net certificate, whose minimum TLS version CloudFront '
          + 'fixes. With them it is TLSv1.2_2021.',
      });
    }
  }
}

function viewerCertificate(props: VideoDistributionProps): Partial<cloudfront.DistributionProps> {
  if (!props.certificate) return {};
  return {
    certificate: props.certificate,
    domainNames: props.domainNames,
    minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    sslSupportMethod: cloudfront.SSLMethod.SNI,
  };
}

function validateProps(scope: Construct, props: VideoDistributionProps): void {
  const { domainNames = [], certificate, webAclArn, hostedZone, connectSources = [], embedOrigins = [] } = props;
  validateRules(scope, [
    {
      broken: domainNames.length > 0 && !certificate,
      message: () => `domainNames [${domainNames.join(', ')}] need a certificate, got none. Pass certificate (from us-east-1), or leave both out.`,
    },
    {
      broken: !!certificate && domainNames.length === 0,
      message: () => 'certificate was given without domainNames. List the names it is for, or leave both out.',
    },
    {
      broken: !!hostedZone && domainNames.length === 0,
      message: () => 'hostedZone was given without domainNames. List the names to make records for, or leave it out.',
    },
    {
      broken: !!hostedZone && known(hostedZone.zoneName) && domainNames.some(name => known(name) && !isInZone(name, hostedZone.zoneName)),
      message: () => `domainNames [${domainNames.join(', ')}] are not all in hosted zone '${hostedZone!.zoneName}'. `
        + 'Pass the zone that holds them, or leave it out and make the records yourself.',
    },
    {
      broken: known(webAclArn) && !/^arn:[\w-]+:wafv2:us-east-1:\d+:global\/webacl\//.test(webAclArn!),
      message: () => `webAclArn must name a WAFv2 web ACL of scope CLOUDFRONT (arn:aws:wafv2:us-east-1:…:global/webacl/…), got '${webAclArn}'. `
        + 'Pass webAclArn of a VideoFirewall in us-east-1.',
    },
    ...Object.entries({ connectSources, embedOrigins }).map(([name, sources]) => ({
      broken: sources.some(source => known(source) && !SOURCE.test(source)),
      message: () => `${name} must be origins such as https://www.example.com, got [${sources.join(', ')}]. Leave out path, quotes and semicolons.`,
    })),
    {
      broken: !props.consoleBucket && (connectSources.length > 0 || embedOrigins.length > 0),
      message: () => 'connectSources and embedOrigins are of use with consoleBucket alone. Give it, or leave them out.',
    },
    {
      broken: domainNames.some(name => !Token.isUnresolved(name) && /[/:\s]/.test(name)),
      message: () => `domainNames must be host names, got [${domainNames.join(', ')}]. Leave out scheme, port and path.`,
    },
  ]);
}

/** A source of a Content-Security-Policy that names sites: a scheme and a host, which may begin with a wildcard. */
const SOURCE = /^https?:\/\/(\*\.)?[a-z0-9.-]+(:(\d+|\*))?$/i;

function isInZone(name: string, zoneName: string): boolean {
  const zone = zoneName.replace(/\.$/, '').toLowerCase();
  return name.toLowerCase() === zone || name.toLowerCase().endsWith(`.${zone}`);
}
