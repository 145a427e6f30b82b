import { readResponseHeaders, ResponseHeader } from './response-headers';
import { TemplateEnvironment } from '../template-environment';

/** What CloudFront does with a path. */
export interface Behavior {
  /** `/media/*`; the last one, `*`, takes the rest. */
  readonly pathPattern: string;
  readonly allowedMethods: readonly string[];
  readonly origin: Origin;
  /** Only requests with a signed cookie or address. */
  readonly signed: boolean;
  /** Code of the function that sees the request first. */
  readonly viewerRequestCode?: string;
  /** Added to what the origin answers. */
  readonly responseHeaders: readonly ResponseHeader[];
}

export type Origin =
  | { readonly kind: 'api'; readonly apiId: string; readonly path: string }
  | { readonly kind: 'bucket'; readonly domainName: string }
  | { readonly kind: 'other'; readonly domainName: string };

interface BehaviorProperties {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: readonly string[];
  readonly ResponseHeadersPolicyId?: string;
  readonly TrustedKeyGroups?: readonly string[];
  readonly FunctionAssociations?: ReadonlyArray<{ readonly EventType: string; readonly FunctionARN: string }>;
}

interface OriginProperties {
  readonly Id: string;
  readonly DomainName: string;
  readonly OriginPath?: string;
}

/** Behaviours of the distribution in the order CloudFront tries them; none when the template has no distribution. */
export function readBehaviors(environment: TemplateEnvironment): Behavior[] {
  const [distribution] = environment.ofType('AWS::CloudFront::Distribution');
  if (!distribution) return [];
  const origins = new Map(distribution.list<OriginProperties>('DistributionConfig.Origins').map(origin => [origin.Id, readOrigin(origin)]));
  const behaviors = distribution.list<BehaviorProperties>('DistributionConfig.CacheBehaviors');
  const fallback = distribution.get('DistributionConfig.DefaultCacheBehavior') as BehaviorProperties;
  return [...behaviors, { ...fallback, PathPattern: '*' }].map(behavior => ({
    pathPattern: behavior.PathPattern!,
    allowedMethods: behavior.AllowedMethods ?? ['GET', 'HEAD'],
    origin: origins.get(behavior.TargetOriginId)!,
    signed: (behavior.TrustedKeyGroups ?? []).length > 0,
    viewerRequestCode: viewerRequestCode(environment, behavior),
    responseHeaders: readResponseHeaders(environment, behavior.ResponseHeadersPolicyId),
  }));
}

function readOrigin({ DomainName: domainName, OriginPath: path = '' }: OriginProperties): Origin {
  const apiId = /^([a-z0-9]+)\.execute-api\./.exec(domainName)?.[1];
  if (apiId !== undefined) return { kind: 'api', apiId, path };
  return { kind: /\.s3[.-]/.test(domainName) ? 'bucket' : 'other', domainName };
}

function viewerRequestCode(environment: TemplateEnvironment, behavior: BehaviorProperties): string | undefined {
  const association = behavior.FunctionAssociations?.find(({ EventType }) => EventType === 'viewer-request');
  return association && environment.findByReference('AWS::CloudFront::Function', association.FunctionARN)?.text('FunctionCode');
}
