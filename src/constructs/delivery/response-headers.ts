import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { AWS_LIMITS } from '../../runtime/contract';
import { edgeName } from '../shared/edge-name';

/** Data and media are never pages: a browser that shows one as a page may load and run nothing from it. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What S3 says about itself, the ARN of the key among it. */
const OF_THE_BUCKET = [
  'x-amz-version-id', 'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled', 'x-amz-replication-status', 'x-amz-expiration',
];

/** For data and for media that cookies open. */
export function createDataHeaders(scope: Construct): cloudfront.ResponseHeadersPolicy {
  return createPolicy(scope, 'Headers', { comment: 'Data and media', contentSecurityPolicy: NO_PAGE });
}

/** For media that a token opens: anyone with the URL may play it, from any site, and no cookie is sent. */
export function createTokenMediaHeaders(scope: Construct): cloudfront.ResponseHeadersPolicy {
  return createPolicy(scope, 'TokenHeaders', {
    comment: 'Media by path token',
    contentSecurityPolicy: NO_PAGE,
    corsBehavior: {
      accessControlAllowOrigins: ['*'],
      accessControlAllowMethods: ['GET', 'HEAD', 'OPTIONS'],
      accessControlAllowHeaders: ['*'],
      accessControlExposeHeaders: ['Content-Length', 'Content-Range', 'Date'],
      accessControlAllowCredentials: false,
      accessControlMaxAge: Duration.hours(1),
      originOverride: true,
    },
  });
}

/**
 * For the console: its own files alone, no inline script or style.
 *
 * @param connectSources origins that it calls beside its own: the sign-in page, the bucket it uploads to
 */
export function createConsoleHeaders(scope: Construct, connectSources: readonly string[]): cloudfront.ResponseHeadersPolicy {
  return createPolicy(scope, 'ConsoleHeaders', { comment: 'Console', contentSecurityPolicy: pagePolicy(connectSources, ["'none'"]) });
}

/**
 * For the player to embed.
 *
 * @param frameAncestors sites whose pages may show it
 */
export function createEmbedHeaders(scope: Construct, frameAncestors: readonly string[]): cloudfront.ResponseHeadersPolicy {
  return createPolicy(scope, 'EmbedHeaders', {
    comment: 'Embedded player', contentSecurityPolicy: pagePolicy([], frameAncestors), framed: true,
  });
}

function pagePolicy(connectSources: readonly string[], frameAncestors: readonly string[]): string {
  const elsewhere = connectSources.map(source => ` ${source}`).join('');
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'font-src': "'self'",
    'manifest-src': "'self'",
    // Players hand frames to the video element as blobs, and unpack them in a worker made of one.
    'worker-src': "'self' blob:",
    'media-src': "'self' blob:",
    'img-src': `'self' blob: data:${elsewhere}`,
    'connect-src': `'self'${elsewhere}`,
    'frame-ancestors': frameAncestors.join(' '),
    'base-uri': "'none'",
    'form-action': "'none'",
  }).map(([directive, value]) => `${directive} ${value}`).join('; ');
}

interface HeadersPolicy extends Pick<cloudfront.ResponseHeadersPolicyProps, 'corsBehavior'> {
  readonly comment: string;
  readonly contentSecurityPolicy: string;
  /** Whether other sites may frame it, as its content security policy says; X-Frame-Options knows no list of sites. */
  readonly framed?: boolean;
}

function createPolicy(scope: Construct, id: string, { comment, contentSecurityPolicy, corsBehavior, framed }: HeadersPolicy) {
  const override = true;
  return new cloudfront.ResponseHeadersPolicy(scope, id, {
    responseHeadersPolicyName: edgeName(scope, id, AWS_LIMITS.responseHeadersPolicyName.value),
    comment: `${comment} of the video platform`,
    corsBehavior,
    securityHeadersBehavior: {
      strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override },
      contentTypeOptions: { override },
      ...framed ? {} : { frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override } },
      referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override },
      contentSecurityPolicy: { contentSecurityPolicy, override },
    },
    removeHeaders: OF_THE_BUCKET,
  });
}
