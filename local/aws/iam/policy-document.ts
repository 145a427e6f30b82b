/** IAM policy documents as they stand in a resolved template: plain JSON, every token already a string. */

export type OneOrMany<T> = T | readonly T[];
export type ConditionValue = OneOrMany<string | number | boolean>;
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly NotPrincipal?: unknown;
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

/** A document with the name under which errors and reports mention it. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A role and every policy attached to it, managed and inline alike. */
export interface PrincipalPolicies {
  readonly arn: string;
  readonly policies: readonly NamedPolicy[];
}

/** A bucket policy, queue policy, key policy or function permission. */
export interface ResourcePolicy {
  readonly resourceArn: string;
  readonly document: PolicyDocument;
}

/** Thrown while policies are loaded: the local platform would otherwise guess what AWS would have decided. */
export class UnsupportedPolicy extends Error {
  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.name = 'UnsupportedPolicy';
  }
}

export function many<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
