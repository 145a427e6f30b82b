import { verify } from 'node:crypto';

/** A request that CloudFront turns away, in its own words (developer guide, "Troubleshooting: Access denied"). */
export interface CookieRefusal {
  readonly code: 'MissingKey' | 'InvalidKey' | 'AccessDenied' | 'MalformedPolicy';
  readonly message: string;
}

export interface CookieCheck {
  /** Value of the Cookie header. */
  readonly cookies: string | undefined;
  /** As the viewer asked for it, query included. Always https: locally the viewer speaks http for want of a certificate. */
  readonly url: string;
  readonly now: Date;
  /** PEM of a trusted public key. */
  readonly keyOf: (keyPairId: string) => string | undefined;
}

interface Policy {
  readonly Statement: ReadonlyArray<{
    readonly Resource: string;
    readonly Condition: { readonly DateLessThan: { readonly 'AWS:EpochTime': number }; readonly DateGreaterThan?: { readonly 'AWS:EpochTime': number } };
  }>;
}

const HASHES: Readonly<Record<string, string>> = { SHA1: 'RSA-SHA1', SHA256: 'RSA-SHA256' };

/** CloudFront's check of signed cookies with a custom policy; undefined when they open the URL. */
export function refuseCookies({ cookies, url, now, keyOf }: CookieCheck): CookieRefusal | undefined {
  const read = cookieReader(cookies ?? '');
  const [keyPairId, policyText, signature] = ['Key-Pair-Id', 'Policy', 'Signature'].map(name => read(`CloudFront-${name}`));
  if (!keyPairId || !policyText || !signature) {
    return { code: 'MissingKey', message: 'Missing Key-Pair-Id query parameter or cookie value' };
  }
  const key = keyOf(keyPairId);
  if (!key) return { code: 'InvalidKey', message: 'Unknown Key' };
  const policyJson = decode(policyText);
  const hash = HASHES[read('CloudFront-Hash-Algorithm') ?? 'SHA1'];
  if (!hash || !verify(hash, policyJson, key, decode(signature))) return denied();
  const policy = parse(policyJson.toString('utf8'));
  if (!policy) return { code: 'MalformedPolicy', message: 'Malformed Policy' };
  const [{ Resource, Condition: { DateLessThan, DateGreaterThan } }] = policy.Statement;
  const seconds = now.getTime() / 1000;
  const live = seconds < DateLessThan['AWS:EpochTime'] && seconds >= (DateGreaterThan?.['AWS:EpochTime'] ?? 0);
  return live && matches(Resource, url) ? undefined : denied();
}

function denied(): CookieRefusal {
  return { code: 'AccessDenied', message: 'Access denied' };
}

/** The browser sends the cookie of the longest path first; CloudFront takes that one. */
function cookieReader(header: string): (name: string) => string | undefined {
  const pairs = header.split(/;\s*/).map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return name => pairs.find(([each]) => each === name)?.[1];
}

/** Base64 with the characters that cookies cannot hold replaced. */
function decode(text: string): Buffer {
  return Buffer.from(text.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64');
}

function parse(json: string): Policy | undefined {
  try {
    const policy = JSON.parse(json) as Policy;
    return policy.Statement.length === 1 ? policy : undefined;
  } catch {
    return undefined;
  }
}

/** `*` stands for any characters, slashes and question marks too; `?` for exactly one. */
function matches(resource: string, url: string): boolean {
  const pattern = resource.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
  return new RegExp(`^${pattern}$`).test(url);
}
