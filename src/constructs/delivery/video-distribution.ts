import { Annotations, ArnFormat, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { createLogBucket } from './log-bucket';
import { createRefusalFunction } from './refusal-function';
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
   * Bucket for access logs. CloudFront delivers by ACL, so its object ownership must not be BUCKET_OWNER_ENFORCED.
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
}

/**
* X `/media/*` from the bucket (origin access control, closed unless
 * signed) and `/api/*` from the API. Every other path answers 404: it is kept for the web console.
 */
export class VideoDistribution extends Construct {
  public readonly distribution: cloudfront.Distribution;
  public readonly logBucket: s3.IBucket;
  /** Name that viewers use: the first of `domainNames`, or the one that CloudFront gave. */
  public readonly domainName: string;

  constructor(scope: Construct, id: string, props: VideoDistributionProps) {
    super(scope, id);
    validateProps(this, props);

    this.logBucket = props.logBucket ?? createLogBucket(this, props);
    const refusal = createRefusalFunction(this);
    const mediaOrigin = this.createMediaOrigin(props.mediaBucket);
    const common: Pick<cloudfront.BehaviorOptions, 'compress' | 'responseHeadersPolicy'> = {
      compress: true,
      responseHeadersPolicy: createResponseHeaders(this),
    };

    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Videos of ${this.node.path}`.slice(0, 128),
      defaultBehavior: {
        // Nothing gets past the refusal, but CloudFront wants an origin behind it.
        origin: mediaOrigin,
        functionAssociations: [refusal],
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        ...common,
      },
      additionalBehaviors: {
        [`${MEDIA_PREFIX}*`]: {
          origin: mediaOrigin,
          ...props.mediaKeyGroups ? { trustedKeyGroups: props.mediaKeyGroups } : { functionAssociations: [refusal] },
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
      enableLogging: true,
      logBucket: this.logBucket,
      logFilePrefix: 'distribution/',
    });
    this.domainName = props.domainNames?.[0] ?? this.distribution.distributionDomainName;
    this.letCloudFrontRead(props.mediaBucket);
    this.acknowledgeChoices(props);
  }

  /** `https://` and the domain name, without a slash at its end. */
  public get url(): string {
    return `https://${this.domainName}`;
  }

  private createMediaOrigin(bucket: s3.IBucket): cloudfront.IOrigin {
    const access = new cloudfront.S3OriginAccessControl(this, 'AccessControl', { signing: cloudfront.Signing.SIGV4_ALWAYS });
    // Not `withOriginAccessControl`: its policy opens the whole bucket, sources and metadata too.
    return origins.S3BucketOrigin.withBucketDefaults(bucket, { originAccessControlId: access.originAccessControlId });
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
      },
    };
  }

  /** `media/` alone, to this distribution alone. */
  private letCloudFrontRead(bucket: s3.IBucket): void {
    const cloudFront = new iam.ServicePrincipal('cloudfront.amazonaws.com');
    const anyOfAccount = {
      ArnLike: {
        'AWS:SourceArn': Stack.of(this).formatArn({
          service: 'cloudfront', region: '', resource: 'distribution', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      },
    };
    const read = new iam.PolicyStatement({
      sid: 'DistributionReadsMedia',
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${MEDIA_PREFIX}*`)],
      principals: [cloudFront],
      // The bucket's stack comes before that of its distribution, so a policy over there cannot name what is made here.
      conditions: Stack.of(bucket) === Stack.of(this)
        ? { StringEquals: { 'AWS:SourceArn': this.distribution.distributionArn } }
        : anyOfAccount,
    });
    if (!bucket.addToResourcePolicy(read).statementAdded) {
      Annotations.of(this).addWarningV2('cdk-video-platform:distribution-bucket-policy',
        `The media bucket belongs to another app, so its policy was left alone. Add: ${JSON.stringify(Stack.of(this).resolve(read.toJSON()))}`);
    }
    bucket.encryptionKey?.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'DistributionsReadThroughS3',
      actions: ['kms:Decrypt'],
      resources: ['*'],
      principals: [cloudFront],
      // Naming this distribution would close a circle: key, bucket, distribution, key. The bucket policy names it.
      conditions: anyOfAccount,
    }));
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
  const { domainNames = [], certificate, webAclArn, mediaKeyGroups } = props;
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
