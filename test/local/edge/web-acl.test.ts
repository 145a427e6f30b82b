import { blockingRule, WafRule } from '../../../local/edge/web-acl';

const carries = (value: string) => ({
  ByteMatchStatement: { SearchString: value, PositionalConstraint: 'EXACTLY', FieldToMatch: { SingleHeader: { Name: 'x-origin-secret' } } },
});
const only = (...values: string[]): WafRule => ({
  Name: 'OnlyFromDistribution',
  Action: { Block: {} },
  Statement: {
    NotStatement: { Statement: values.length === 1 ? carries(values[0]) : { OrStatement: { Statements: values.map(carries) } } },
  },
});

describe('the web ACL of the API', () => {
  test('lets pass what carries the secret, whatever the case of the header\'s name', () => {
    expect(blockingRule([only('new')], ['X-Origin-Secret', 'new'])).toBeUndefined();
  });

  test('accepts both secrets during a rotation', () => {
    expect(['new', 'old'].map(value => blockingRule([only('new', 'old')], ['x-origin-secret', value]))).toEqual([undefined, undefined]);
  });

  test.each([[[]], [['x-origin-secret', '']], [['x-origin-secret', 'newer']], [['x-amz-cf-id', 'made up']]])('blocks %j', headers => {
    expect(blockingRule([only('new')], headers as string[])).toBe('OnlyFromDistribution');
  });

  test('does not pretend to know the rules that need more than headers', () => {
    const rate = { Name: 'RequestsPerIp', Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 10 } } } as unknown as WafRule;
    expect(blockingRule([rate], [])).toBeUndefined();
  });
});
