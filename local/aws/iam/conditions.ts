import { ConditionContext } from '../types';
import { checkConditionKey } from './condition-keys';
import { ConditionBlock, ConditionValue, many, UnsupportedPolicy } from './policy-document';
import { wildcard } from './wildcard';

type Compare = (actual: string, expected: string) => boolean;
type Quantifier = 'any' | 'ForAllValues' | 'ForAnyValue';

interface Operator {
  readonly compare: Compare;
  /** A negated operator holds when no value matches, and so also when the key is absent. */
  readonly negated?: boolean;
}

const equals: Compare = (actual, expected) => actual === expected;
const equalsIgnoringCase: Compare = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Compare = (actual, expected) => wildcard(expected).test(actual);
/** ARN patterns match field by field: a `*` does not run over a colon, except in the last field. */
const arnLike: Compare = (actual, expected) => {
  const [values, patterns] = [arnFields(actual), arnFields(expected)];
  return values.length === patterns.length && patterns.every((pattern, index) => wildcard(pattern).test(values[index]));
};
const numeric = (test: (actual: number, expected: number) => boolean): Operator =>
  ({ compare: (actual, expected) => test(Number(actual), Number(expected)) });

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arnLike },
  ArnLike: { compare: arnLike },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: equalsIgnoringCase },
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericNotEquals: { ...numeric((actual, expected) => actual === expected), negated: true },
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
};

export interface Condition {
  holds(context: ConditionContext): boolean;
}

/**
 * Compiles the `Condition` block of a statement.
 *
 * @throws UnsupportedPolicy for an operator, key or policy variable that we could only guess about.
 */
export function compileConditions(where: string, block: ConditionBlock | undefined): readonly Condition[] {
  return Object.entries(block ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => compileCondition(where, operator, key, value)));
}

function compileCondition(where: string, operatorName: string, key: string, value: ConditionValue): Condition {
  checkConditionKey(where, key);
  const expected = many(value).map(String);
  const variable = expected.find(text => text.includes('${'));
  if (variable) throw new UnsupportedPolicy(where, `condition on ${key} uses the policy variable in "${variable}"; write the value out`);
  if (operatorName === 'Null') {
    const wantsAbsent = expected.includes('true');
    return { holds: context => (valuesOf(context, key).length === 0) === wantsAbsent };
  }
  const { quantifier, operator, ifExists } = parseOperator(where, operatorName);
  const matches = (actual: string) => expected.some(each => operator.compare(actual, each)) !== Boolean(operator.negated);
  return {
    holds: context => {
      const actual = valuesOf(context, key);
      if (quantifier === 'ForAllValues') return actual.every(matches);
      if (quantifier === 'ForAnyValue') return actual.some(matches);
      if (actual.length === 0) return ifExists || Boolean(operator.negated);
      // Several values without a quantifier: a negated operator must hold for each of them, a positive one for any.
      return operator.negated ? actual.every(matches) : actual.some(matches);
    },
  };
}

function parseOperator(where: string, name: string): { quantifier: Quantifier; operator: Operator; ifExists: boolean } {
  const [prefix, rest] = name.includes(':') ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)] : ['any', name];
  const ifExists = rest.endsWith('IfExists');
  const base = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!operator || !['any', 'ForAllValues', 'ForAnyValue'].includes(prefix)) {
    throw new UnsupportedPolicy(where,
      `condition operator "${name}" is not understood by the local platform; use one of ${Object.keys(OPERATORS).join(', ')}, Null`);
  }
  return { quantifier: prefix as Quantifier, operator, ifExists };
}

/** Condition keys are compared without regard to case, values with. */
function valuesOf(context: ConditionContext, key: string): readonly string[] {
  const wanted = key.toLowerCase();
  return Object.entries(context).filter(([name]) => name.toLowerCase() === wanted).flatMap(([, value]) => many<string>(value));
}

function arnFields(arn: string): string[] {
  const fields = arn.split(':');
  return [...fields.slice(0, 5), fields.slice(5).join(':')];
}
