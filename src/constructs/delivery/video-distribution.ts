import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { createLogBucket, deliverLogs, legacyLogging, logDeliveryOf } from './access-logs';
import { createAliasRecords } from './alias-records';
import { createBucketOrigin, letDistributionRead } from './bucket-origin';
import { createEdgeFunction } from './edge-function';
import { createResponseHeaders } from './response-headers';
import { MEDIA_PREFIX } from '../../runtime/contract';
import { known, validateRules } from '../shared/validation';

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
   * Keys whose signatures open `/media/*` (signed cookies or addresses). Give two to rotate without a gap.
   *
   * @default - `/media/*` answers 403 to everybody: viewers play through the addresses that the API presigns
   */
  readonly mediaKeyGroups?: cloudfront.IKeyGroup[];

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
   * What becomes of the log bucket that is created when it leaves the stack.
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
 * The platform's front door: a CloudFront distribution with `/media/*` from the bucket (origin access control, closed unless
 * signed) and `/api/*` from the API. Every other path answers 404: it is kept for the web console.
 */
export class VideoDistribution extends Construct {
  public readonly distribution: cloudfront.Distribution;
  public readonly logBucket: s3.IBucket;
  /** Name that viewers use: the first of `domainNames`, or the one that CloudFront gave. */
  public readonly domainName: string;
  /** Name that CloudFront gave (`dXXXX.cloudfront.net`): what a record for a name of your own points to. */
  public readonly distributionDomainName: string;

  constructor(scope: Construct, id: string, props: VideoDistributionProps) {
    super(scope, id);
    validateProps(this, props);

    const logDelivery = logDeliveryOf(this);
    this.logBucket = props.logBucket ?? createLogBucket(this, logDelivery, props);
    const mediaOrigin = createBucketOrigin(this, 'AccessControl', props.mediaBucket);
    const common: Pick<cloudfront.BehaviorOptions, 'compress' | 'responseHeadersPolicy'> = {
      compress: true,
      responseHeadersPolicy: createResponseHeaders(this),
    };

    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Videos of ${this.node.path}`.slice(0, 128),
      defaultBehavior: {
        // Nothing gets past the function, but CloudFront wants an origin behind it.
        origin: mediaOrigin,
        functionAssociations: [createEdgeFunction(this, 'NothingHere', { source: 'nothing-here', comment: 'Answers 404 to what is not served' })],
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        ...common,
      },
      additionalBehaviors: {
        [`${MEDIA_PREFIX}*`]: {
          origin: mediaOrigin,
          ...this.mediaAccess(props),
          viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
          // Objects below an epoch never change.
          cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
          ...common,
        },
        ...this.apiBehavior(props, common),
      },
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
    deliverLogs(this, logDelivery, this.distribution, this.logBucket);
    if (props.hostedZone) createAliasRecords(this, props.hostedZone, this.distribution, props.domainNames!);
    this.acknowledgeChoices(props);
  }

  /** `https://` and the domain name, without a slash at its end. */
  public get url(): string {
    return `https://${this.domainName}`;
  }

  private mediaAccess({ mediaKeyGroups }: VideoDistributionProps): Pick<cloudfront.BehaviorOptions, 'trustedKeyGroups' | 'functionAssociations'> {
    if (mediaKeyGroups) return { trustedKeyGroups: mediaKeyGroups };
    return { functionAssociations: [createEdgeFunction(this, 'MediaClosed', { source: 'media-closed', comment: 'Answers 403: there are no keys' })] };
  }

  private apiBehavior(props: VideoDistributionProps, common: cloudfront.AddBehaviorOptions): Record<string, cloudfront.BehaviorOptions> {
    if (!props.apiOrigin) return {};
    return {
      'api/*': {
        ...common,
        origin: props.apiOrigin,
        // A redirect would come after the token has already been sent in the clear.
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        functionAssociations: [createEdgeFunction(this, 'ViewerFacts', { source: 'viewer-facts', comment: 'Tells the API address and host of the viewer' })],
      },
    };
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
  const { domainNames = [], certificate, webAclArn, mediaKeyGroups, hostedZone } = props;
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
    {
      broken: mediaKeyGroups?.length === 0,
      message: () => 'mediaKeyGroups is empty. Give one or two key groups, or leave it out to keep /media/* closed.',
    },
    {
      broken: domainNames.some(name => !Token.isUnresolved(name) && /[/:\s]/.test(name)),
      message: () => `domainNames must be host names, got [${domainNames.join(', ')}]. Leave out scheme, port and path.`,
    },
  ]);
}

function isInZone(name: string, zoneName: string): boolean {
  const zone = zoneName.replace(/\.$/, '').toLowerCase();
  return name.toLowerCase() === zone || name.toLowerCase().endsWith(`.${zone}`);
}
