import { Caller } from '../types';
import { many, OneOrMany, PolicyStatement, UnsupportedPolicy } from './policy-document';

/**
 * How far a `Principal` element reaches for a caller: `direct` names the caller itself (or everyone), `account` only
 * names its account, which delegates to the account's own identity policies, `none` does not concern it.
 */
export type PrincipalReach = 'direct' | 'account' | 'none';
export type PrincipalMatch = (caller: Caller) => PrincipalReach;

export function compilePrincipal(where: string, principal: PolicyStatement['Principal']): PrincipalMatch {
  if (principal === undefined) throw new UnsupportedPolicy(where, 'a resource policy names its Principal');
  if (principal === '*') return () => 'direct';
  const matches = Object.entries(principal).map(([kind, value]) => compileKind(where, kind, value));
  return caller => {
    const reaches = matches.map(match => match(caller));
    return reaches.find(reach => reach === 'direct') ?? reaches.find(reach => reach === 'account') ?? 'none';
  };
}

function compileKind(where: string, kind: string, value: OneOrMany<string>): PrincipalMatch {
  const names = many(value);
  if (kind === 'Service') return caller => (names.includes(caller.principalArn) ? 'direct' : 'none');
  if (kind === 'AWS') return caller => reachOf(names, caller.principalArn);
  throw new UnsupportedPolicy(where, `Principal of kind "${kind}" is not supported; use AWS or Service`);
}

function reachOf(names: readonly string[], principalArn: string): PrincipalReach {
  if (names.includes('*') || names.includes(principalArn)) return 'direct';
  const account = accountOf(principalArn);
  if (account === undefined) return 'none';
  return names.some(name => name === account || /^arn:[\w-]+:iam::(\d+):root$/.exec(name)?.[1] === account) ? 'account' : 'none';
}

/** The account of a role's ARN; a service principal such as `events.amazonaws.com` has none. */
export function accountOf(principalArn: string): string | undefined {
  return /^arn:[\w-]+:[\w-]+:[\w-]*:(\d+):/.exec(principalArn)?.[1];
}
