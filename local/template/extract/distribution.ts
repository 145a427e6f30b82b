import { readResponseHeaders, ResponseHeaders } from './response-headers';
import type { WafRule } from '../../edge/web-acl';
import { TemplateEnvironment } from '../template-environment';

/** The distribution as the template defines it. */
export interface DistributionDefinition {
  readonly arn: string;
  /** In the order CloudFront tries them; the last one, `*`, takes the rest. */
  readonly behaviors: readonly Behavior[];
  /** Object for the path `/`. */
  readonly defaultRootObject?: string;
}

/** What CloudFront does with a path. */
export interface Behavior {
  readonly pathPattern: string;
  readonly allowedMethods: readonly string[];
  readonly origin: Origin;
  /** Only requests with a cookie that a key of these groups has signed. Resolved when read: the groups are made at boot. */
  readonly keyGroupIds: readonly string[];
  readonly cachePolicyId: string;
  /** The function that sees the request first. */
  readonly viewerRequest?: { readonly arn: string; readonly code: string; readonly keyValueStoreArn?: string };
  readonly responseHeaders: ResponseHeaders;
}

export type Origin =
  | { readonly kind: 'api'; readonly apiId: string; readonly path: string; readonly customHeaders: Readonly<Record<string, string>> }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | { readonly kind: 'other'; readonly domainName: string };

interface BehaviorProperties {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: readonly string[];
  readonly CachePolicyId?: string;
  readonly ResponseHeadersPolicyId?: string;
  readonly TrustedKeyGroups?: readonly string[];
  readonly FunctionAssociations?: ReadonlyArray<{ readonly EventType: string; readonly FunctionARN: string }>;
}

interface OriginProperties {
  readonly Id: string;
  readonly DomainName: string;
  readonly OriginPath?: string;
  readonly OriginCustomHeaders?: ReadonlyArray<{ readonly HeaderName: string; readonly HeaderValue: string }>;
}

/** CloudFront's managed policy CachingOptimized, which CDK sets when none is chosen. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

/** Undefined when the template has no distribution. */
export function readDistribution(environment: TemplateEnvironment): DistributionDefinition | undefined {
  const [distribution] = environment.ofType('AWS::CloudFront::Distribution');
  if (!distribution) return undefined;
  const origins = new Map(distribution.list<OriginProperties>('DistributionConfig.Origins').map(origin => [origin.Id, readOrigin(origin)]));
  const behaviors = distribution.list<BehaviorProperties>('DistributionConfig.CacheBehaviors');
  const fallback = distribution.get('DistributionConfig.DefaultCacheBehavior') as BehaviorProperties;
  return {
    arn: `arn:aws:cloudfront::${distribution.stack.account}:distribution/${distribution.reference}`,
    defaultRootObject: distribution.text('DistributionConfig.DefaultRootObject'),
    behaviors: [...behaviors, { ...fallback, PathPattern: '*' }].map(behavior => ({
      pathPattern: behavior.PathPattern!,
      allowedMethods: behavior.AllowedMethods ?? ['GET', 'HEAD'],
      origin: origins.get(behavior.TargetOriginId)!,
      keyGroupIds: behavior.TrustedKeyGroups ?? [],
      cachePolicyId: behavior.CachePolicyId ?? CACHING_OPTIMIZED,
      viewerRequest: readViewerRequest(environment, behavior),
      responseHeaders: readResponseHeaders(environment, behavior.ResponseHeadersPolicyId),
    })),
  };
}

/** Origins that its pages have: the name that CloudFront gave, and its aliases. */
export function readDistributionOrigins(environment: TemplateEnvironment): string[] {
  return environment.ofType('AWS::CloudFront::Distribution')
    .flatMap(distribution => [distribution.attribute('DomainName'), ...distribution.list<string>('DistributionConfig.Aliases')])
    .map(name => `https://${name}`);
}

/** Rules of the web ACL of the API's stage; none when it has no web ACL in the template. */
export function readApiWebAcl(environment: TemplateEnvironment): WafRule[] {
  const [association] = environment.ofType('AWS::WAFv2::WebACLAssociation');
  const acl = association && environment.ofType('AWS::WAFv2::WebACL').find(each => each.arn === association.text('WebACLArn'));
  return acl ? [...acl.list<WafRule>('Rules')] : [];
}

function readOrigin({ DomainName: domainName, OriginPath: path = '', OriginCustomHeaders = [] }: OriginProperties): Origin {
  const apiId = /^([a-z0-9]+)\.execute-api\./.exec(domainName)?.[1];
  if (apiId !== undefined) {
    return { kind: 'api', apiId, path, customHeaders: Object.fromEntries(OriginCustomHeaders.map(each => [each.HeaderName, each.HeaderValue])) };
  }
  const bucket = /^(.+)\.s3[.-]/.exec(domainName)?.[1];
  return bucket === undefined ? { kind: 'other', domainName } : { kind: 'bucket', bucket };
}

function readViewerRequest(environment: TemplateEnvironment, behavior: BehaviorProperties): Behavior['viewerRequest'] {
  const association = behavior.FunctionAssociations?.find(({ EventType }) => EventType === 'viewer-request');
  const found = association && environment.findByReference('AWS::CloudFront::Function', association.FunctionARN);
  if (!found) return undefined;
  const [store] = found.list<{ KeyValueStoreARN: string }>('FunctionConfig.KeyValueStoreAssociations');
  return { arn: found.reference, code: found.requiredText('FunctionCode'), keyValueStoreArn: store?.KeyValueStoreARN };
}
