import { compileConditions } from '../../../../local/aws/iam/conditions';
import { ConditionContext } from '../../../../local/aws/types';

function holds(operator: string, expected: string | string[] | number | boolean, context: ConditionContext): boolean {
  return compileConditions('test', { [operator]: { 'tag:key': expected } }).every(condition => condition.holds(context));
}

const absent = {};
const is = (value: string | string[]): ConditionContext => ({ 'tag:key': value });

test.each<[string, string | string[] | number | boolean, ConditionContext, boolean]>([
  ['StringEquals', 'a', is('a'), true],
  ['StringEquals', ['a', 'b'], is('b'), true],
  ['StringEquals', 'a', is('A'), false],
  ['StringEquals', 'a*', is('ab'), false],
  ['StringEquals', 'a', absent, false],
  ['StringEqualsIfExists', 'a', absent, true],
  ['StringEqualsIfExists', 'a', is('b'), false],
  ['StringEqualsIgnoreCase', 'a', is('A'), true],
  ['StringNotEquals', ['a', 'b'], is('c'), true],
  ['StringNotEquals', ['a', 'b'], is('b'), false],
  ['StringNotEquals', 'a', absent, true],
  ['StringNotEquals', 'a', is(['b', 'a']), false],
  ['StringNotEqualsIfExists', 'a', absent, true],
  ['StringLike', 'media/*', is('media/x/y'), true],
  ['StringLike', 'media/?', is('media/xy'), false],
  ['StringNotLike', 'media/*', is('uploads/x'), true],
  ['StringNotLike', 'media/*', is('media/x'), false],
  ['ArnEquals', 'arn:aws:events:eu-central-1:1:rule/a', is('arn:aws:events:eu-central-1:1:rule/a'), true],
  ['ArnLike', 'arn:aws:events:*:1:rule/*', is('arn:aws:events:eu-central-1:1:rule/a'), true],
  ['ArnLike', 'arn:aws:events:*', is('arn:aws:events:eu-central-1:1:rule/a'), false],
  ['ArnNotLike', 'arn:aws:s3:::a/*', is('arn:aws:s3:::b/x'), true],
  ['Bool', false, is('false'), true],
  ['Bool', 'true', is('false'), false],
  ['Null', 'true', absent, true],
  ['Null', true, is('x'), false],
  ['Null', 'false', is('x'), true],
  ['NumericLessThan', 1.2, is('1.1'), true],
  ['NumericLessThan', '10', is('9'), true],
  ['NumericLessThanEquals', 2, is('3'), false],
  ['NumericGreaterThan', 2, is('10'), true],
  ['NumericGreaterThanEquals', 2, is('2'), true],
  ['NumericEquals', 2, is('2.0'), true],
  ['NumericNotEquals', 2, is('3'), true],
  ['NumericLessThan', 5, is('many'), false],
  ['ForAllValues:StringEquals', ['a', 'b'], is(['a', 'b']), true],
  ['ForAllValues:StringEquals', ['a', 'b'], is(['a', 'c']), false],
  ['ForAllValues:StringLike', ['a*'], is(['a', 'ab']), true],
  ['ForAllValues:StringEquals', 'a', absent, true],
  ['ForAnyValue:StringEquals', ['a', 'b'], is(['c', 'b']), true],
  ['ForAnyValue:StringLike', 'a*', is(['c']), false],
  ['ForAnyValue:StringEquals', 'a', absent, false],
])('%s %j against %j is %s', (operator, expected, context, outcome) => {
  expect(holds(operator, expected, context)).toBe(outcome);
});

test('condition keys are compared without regard to case', () => {
  expect(holds('StringEquals', 'a', { 'TAG:Key': 'a' })).toBe(true);
});

test('every condition of a block must hold', () => {
  const conditions = compileConditions('test', { StringEquals: { 'tag:a': '1', 'tag:b': '2' }, Bool: { 'tag:c': 'true' } });
  expect(conditions.every(condition => condition.holds({ 'tag:a': '1', 'tag:b': '2', 'tag:c': 'true' }))).toBe(true);
  expect(conditions.every(condition => condition.holds({ 'tag:a': '1', 'tag:b': '3', 'tag:c': 'true' }))).toBe(false);
});
