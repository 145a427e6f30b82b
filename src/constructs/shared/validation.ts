import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** One thing that can be wrong with the props. The message says what is wrong, what was received and how to fix it. */
export interface Rule {
  readonly broken: boolean;
  readonly message: () => string;
}

/**
 * Throws one error that names every broken rule, so that nobody has to fix, synthesize and fix again.
 */
export function validateRules(scope: IConstruct, rules: readonly Rule[]): void {
  const problems = rules.filter(rule => rule.broken).map(rule => rule.message());
  if (problems.length === 0) return;
  throw new Error(`${scope.node.path || scope.constructor.name}: ${problems.join('\n')}`);
}

/** Whether the value is only known at deployment: such a value is never judged. */
export function isToken(value: unknown): boolean {
  return value instanceof Duration ? value.isUnresolved() : Token.isUnresolved(value);
}

/** True if every value is set and known at synthesis (no token): only then can a rule be checked. */
export function known(...values: unknown[]): boolean {
  return !values.some(value => value === undefined || isToken(value));
}
