import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

export interface ResponseHeader {
  readonly name: string;
  readonly value: string;
  /** Replaces what the origin said; otherwise it only fills in. */
  readonly override: boolean;
}

type Settings = Readonly<Record<string, unknown>>;

/** Header and value of each security setting, by its name in `SecurityHeadersConfig`. */
const SECURITY_HEADERS: Readonly<Record<string, { readonly name: string; readonly value: (settings: Settings) => string }>> = {
  ContentSecurityPolicy: { name: 'content-security-policy', value: settings => String(settings.ContentSecurityPolicy) },
  ContentTypeOptions: { name: 'x-content-type-options', value: () => 'nosniff' },
  FrameOptions: { name: 'x-frame-options', value: settings => String(settings.FrameOption) },
  ReferrerPolicy: { name: 'referrer-policy', value: settings => String(settings.ReferrerPolicy) },
  StrictTransportSecurity: { name: 'strict-transport-security', value: strictTransportSecurity },
};

/** What a policy of the template does to the headers of an answer; what Amazon's own policies do is not in the template. */
export interface ResponseHeaders {
  readonly added: readonly ResponseHeader[];
  /** Added where the request names its origin. */
  readonly cors: readonly ResponseHeader[];
  readonly removed: readonly string[];
}

export function readResponseHeaders(environment: TemplateEnvironment, policyId: string | undefined): ResponseHeaders {
  const policy = policyId === undefined ? undefined : environment.findByReference('AWS::CloudFront::ResponseHeadersPolicy', policyId);
  if (!policy) return { added: [], cors: [], removed: [] };
  refuseUnknown(policy, 'ResponseHeadersPolicyConfig', ['Name', 'Comment', 'SecurityHeadersConfig', 'CustomHeadersConfig', 'CorsConfig', 'RemoveHeadersConfig']);
  refuseUnknown(policy, 'ResponseHeadersPolicyConfig.SecurityHeadersConfig', Object.keys(SECURITY_HEADERS));
  const security = Object.entries(policy.get('ResponseHeadersPolicyConfig.SecurityHeadersConfig') as Record<string, Settings> | undefined ?? {});
  const custom = policy.list<{ Header: string; Value: string; Override: unknown }>('ResponseHeadersPolicyConfig.CustomHeadersConfig.Items');
  return {
    added: [
      ...security.map(([kind, settings]) => ({
        name: SECURITY_HEADERS[kind].name, value: SECURITY_HEADERS[kind].value(settings), override: String(settings.Override) === 'true',
      })),
      ...custom.map(({ Header, Value, Override }) => ({ name: Header.toLowerCase(), value: Value, override: String(Override) === 'true' })),
    ],
    cors: corsHeaders(policy),
    removed: policy.list<{ Header: string }>('ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items').map(({ Header }) => Header.toLowerCase()),
  };
}

/** For all origins or none: more is not implemented locally. */
function corsHeaders(policy: Resource): ResponseHeader[] {
  const property = 'ResponseHeadersPolicyConfig.CorsConfig';
  if (policy.get(property) === undefined) return [];
  const items = (name: string) => policy.list<string>(`${property}.${name}.Items`);
  if (items('AccessControlAllowOrigins').join() !== '*') throw new TemplateError(`${policy.name}: ${property} names origins, which is not implemented locally`);
  const override = policy.flag(`${property}.OriginOverride`);
  return Object.entries({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': items('AccessControlAllowMethods').join(', '),
    'access-control-allow-headers': items('AccessControlAllowHeaders').join(', '),
    'access-control-expose-headers': items('AccessControlExposeHeaders').join(', '),
    'access-control-max-age': policy.text(`${property}.AccessControlMaxAgeSec`) ?? '',
  }).filter(([, value]) => value !== '').map(([name, value]) => ({ name, value, override }));
}

function strictTransportSecurity({ AccessControlMaxAgeSec, IncludeSubdomains, Preload }: Settings): string {
  const flags = [String(IncludeSubdomains) === 'true' ? '; includeSubDomains' : '', String(Preload) === 'true' ? '; preload' : ''];
  return `max-age=${String(AccessControlMaxAgeSec)}${flags.join('')}`;
}

function refuseUnknown(policy: Resource, property: string, known: readonly string[]): void {
  const unknown = Object.keys(policy.get(property) ?? {}).filter(name => !known.includes(name));
  if (unknown.length > 0) throw new TemplateError(`${policy.name}: ${property} sets ${unknown.join(', ')}, which is not implemented locally`);
}
