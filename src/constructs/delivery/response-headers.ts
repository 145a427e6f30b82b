import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { edgeName } from './edge-name';

/** Answers are data and media, never pages: a browser that shows one as a page may load and run nothing from it. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Security headers for data and media, over whatever the origin said. */
export function createResponseHeaders(scope: Construct): cloudfront.ResponseHeadersPolicy {
  return createHeadersPolicy(scope, 'Headers', { comment: 'Data and media of the video platform', contentSecurityPolicy: NO_PAGE });
}

interface HeadersPolicy {
  readonly comment: string;
  readonly contentSecurityPolicy: string;
}

function createHeadersPolicy(scope: Construct, id: string, policy: HeadersPolicy): cloudfront.ResponseHeadersPolicy {
  const { comment, contentSecurityPolicy } = policy;
  const override = true;
  return new cloudfront.ResponseHeadersPolicy(scope, id, {
    responseHeadersPolicyName: edgeName(scope, id, 128),
    comment,
    securityHeadersBehavior: {
      strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override },
      contentTypeOptions: { override },
      frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override },
      contentSecurityPolicy: { contentSecurityPolicy, override },
    },
  });
}
