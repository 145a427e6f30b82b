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

/** Headers that a policy of the template adds to every answer. One of Amazon's own is not in the template, so its headers are unknown. */
export function readResponseHeaders(environment: TemplateEnvironment, policyId: string | undefined): ResponseHeader[] {
  const policy = policyId === undefined ? undefined : environment.findByReference('AWS::CloudFront::ResponseHeadersPolicy', policyId);
  if (!policy) return [];
  refuseUnknown(policy, 'ResponseHeadersPolicyConfig', ['Name', 'Comment', 'SecurityHeadersConfig', 'CustomHeadersConfig']);
  refuseUnknown(policy, 'ResponseHeadersPolicyConfig.SecurityHeadersConfig', Object.keys(SECURITY_HEADERS));
  const security = Object.entries(policy.get('ResponseHeadersPolicyConfig.SecurityHeadersConfig') as Record<string, Settings> | undefined ?? {});
  const custom = policy.list<{ Header: string; Value: string; Override: unknown }>('ResponseHeadersPolicyConfig.CustomHeadersConfig.Items');
  return [
    ...security.map(([kind, settings]) => ({
      name: SECURITY_HEADERS[kind].name, value: SECURITY_HEADERS[kind].value(settings), override: String(settings.Override) === 'true',
    })),
    ...custom.map(({ Header, Value, Override }) => ({ name: Header.toLowerCase(), value: Value, override: String(Override) === 'true' })),
  ];
}

function strictTransportSecurity({ AccessControlMaxAgeSec, IncludeSubdomains, Preload }: Settings): string {
  const flags = [String(IncludeSubdomains) === 'true' ? '; includeSubDomains' : '', String(Preload) === 'true' ? '; preload' : ''];
  return `max-age=${String(AccessControlMaxAgeSec)}${flags.join('')}`;
}

function refuseUnknown(policy: Resource, property: string, known: readonly string[]): void {
  const unknown = Object.keys(policy.get(property) ?? {}).filter(name => !known.includes(name));
  if (unknown.length > 0) throw new TemplateError(`${policy.name}: ${property} sets ${unknown.join(', ')}, which is not implemented locally`);
}
