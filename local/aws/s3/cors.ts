import { S3Error } from './errors';
import { BucketDefinition, CorsRule } from './types';

type Headers = Readonly<Record<string, string | undefined>>;

/** The answer to a preflight; browsers send it without credentials. */
export function preflightHeaders(bucket: BucketDefinition | undefined, headers: Headers): Record<string, string> {
  const { origin } = headers;
  const method = headers['access-control-request-method'];
  if (origin === undefined) throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  if (method === undefined) throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: it is missing.');
  const requested = (headers['access-control-request-headers'] ?? '').split(',').map(name => name.trim().toLowerCase()).filter(Boolean);
  const rule = bucket?.corsRules?.find(candidate =>
    allowsOrigin(candidate, origin) && candidate.allowedMethods.includes(method) && requested.every(name => allowsHeader(candidate, name)));
  if (!rule) {
    throw new S3Error('AccessForbidden', 'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, '
      + 'request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource\'s CORS spec.',
    { Method: method, ResourceType: 'OBJECT' });
  }
  return {
    ...grantHeaders(rule, origin),
    ...(requested.length > 0 ? { 'access-control-allow-headers': requested.join(', ') } : {}),
    ...(rule.maxAge === undefined ? {} : { 'access-control-max-age': String(rule.maxAge) }),
  };
}

/** What lets a page of the request's origin read the answer; nothing for an origin that no rule allows. */
export function corsHeaders(bucket: BucketDefinition | undefined, method: string, headers: Headers): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  const rule = bucket?.corsRules?.find(candidate => allowsOrigin(candidate, origin) && candidate.allowedMethods.includes(method));
  return rule ? grantHeaders(rule, origin) : {};
}

function grantHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const anyOrigin = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(anyOrigin ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposedHeaders?.length ? { 'access-control-expose-headers': rule.exposedHeaders.join(', ') } : {}),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function allowsOrigin(rule: CorsRule, origin: string): boolean {
  return rule.allowedOrigins.some(pattern => matchesPattern(pattern, origin));
}

function allowsHeader(rule: CorsRule, name: string): boolean {
  return (rule.allowedHeaders ?? []).some(pattern => matchesPattern(pattern.toLowerCase(), name));
}

/** S3 allows one `*` in a pattern. */
function matchesPattern(pattern: string, value: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === value;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
