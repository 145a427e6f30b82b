import { Stack, Token } from 'aws-cdk-lib';
import { FirewallScope, VideoFirewall } from '../../../src/constructs/delivery/video-firewall';
import { OriginSecret } from '../../../src/constructs/secrets/origin-secret';
import { findings, only, resources, testStack } from '../../support/stacks';

describe('VideoFirewall', () => {
  it('asks for bad addresses, floods, bad inputs and common attacks, in that order', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall');

    const { Rules, Scope, DefaultAction } = only(stack, 'AWS::WAFv2::WebACL');
    expect(Scope).toBe('CLOUDFRONT');
    expect(DefaultAction).toEqual({ Allow: {} });
    expect(Rules.map((rule: { Name: string; Priority: number }) => [rule.Priority, rule.Name])).toEqual([
      [0, 'AWSManagedRulesAmazonIpReputationList'],
      [1, 'RequestsPerIp'],
      [2, 'AWSManagedRulesKnownBadInputsRuleSet'],
      [3, 'AWSManagedRulesCommonRuleSet'],
      [4, 'LargeBodyOutsideApi'],
    ]);
    expect(findings(stack)).toEqual([]);
  });

  it('counts large bodies on API paths and blocks them elsewhere', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall');

    const { Rules } = only(stack, 'AWS::WAFv2::WebACL');
    expect(Rules[3].Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }]);
    const [labelled, outside] = Rules[4].Statement.AndStatement.Statements;
    expect(labelled.LabelMatchStatement.Key).toBe('awswaf:managed:aws:core-rule-set:SizeRestrictions_Body');
    const apiPaths = new RegExp(outside.NotStatement.Statement.RegexMatchStatement.RegexString);
    expect(apiPaths.test('/api/uploader/upload')).toBe(true);
    expect(['/', '/media/api/x', '/apiary/', '/a/b/api/'].some(path => apiPaths.test(path))).toBe(false);
  });

  it('finds API paths behind the stage when it protects the API itself', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall', { scope: FirewallScope.REGIONAL });
    const [, outside] = only(stack, 'AWS::WAFv2::WebACL').Rules[4].Statement.AndStatement.Statements;
    const apiPaths = new RegExp(outside.NotStatement.Statement.RegexMatchStatement.RegexString);
    expect(['/v1/api/uploader/upload', '/api/uploader/upload'].every(path => apiPaths.test(path))).toBe(true);
    expect(['/', '/apiary/', '/a/b/api/'].some(path => apiPaths.test(path))).toBe(false);
  });

  it('limits each address', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall');
    expect(only(stack, 'AWS::WAFv2::WebACL').Rules[1].Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'IP', EvaluationWindowSec: 300, Limit: 2000,
    });
  });

  it('lets nobody go round the distribution, and tells viewers apart by what it reports', () => {
    const stack = testStack();
    const originSecret = new OriginSecret(stack, 'Secret');
    new VideoFirewall(stack, 'Firewall', { scope: FirewallScope.REGIONAL, requestsPerIp: 50, originSecret });

    const { Rules } = only(stack, 'AWS::WAFv2::WebACL');
    const [first, , rate] = Rules;
    expect(first).toMatchObject({ Name: 'OnlyFromDistribution', Priority: 0, Action: { Block: {} } });
    // Compared as a whole: the mere presence of a header proves nothing.
    expect(first.Statement.NotStatement.Statement.ByteMatchStatement).toMatchObject({
      PositionalConstraint: 'EXACTLY', FieldToMatch: { SingleHeader: { Name: 'x-origin-secret' } },
    });
    expect(rate.Statement.RateBasedStatement).toMatchObject({
      Limit: 50, AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ Header: { Name: 'x-viewer-address' } }],
    });
    expect(findings(stack)).toEqual([]);
  });

  it('accepts the secret before, too, after a rotation', () => {
    const stack = testStack();
    const originSecret = new OriginSecret(stack, 'Secret', { generation: 3 });
    new VideoFirewall(stack, 'Firewall', { scope: FirewallScope.REGIONAL, originSecret });

    const { Statements } = only(stack, 'AWS::WAFv2::WebACL').Rules[0].Statement.NotStatement.Statement.OrStatement;
    const accepted = Statements.map((statement: any) => JSON.stringify(statement.ByteMatchStatement.SearchString));
    expect(accepted).toEqual([expect.stringContaining('SecretGeneration3'), expect.stringContaining('SecretGeneration2')]);
    expect(JSON.stringify(stack.resolve(originSecret.sent))).toContain('SecretGeneration3');
    expect(Object.keys(resources(stack, 'AWS::SecretsManager::Secret'))).toHaveLength(2);
  });

  it('writes the secret nowhere: template and log hold references and redactions', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall', { scope: FirewallScope.REGIONAL, originSecret: new OriginSecret(stack, 'Secret') });
    expect(JSON.stringify(only(stack, 'AWS::WAFv2::WebACL').Rules[0])).toMatch(/\{\{resolve:secretsmanager:.*:SecretString:::\}\}/);
    expect(only(stack, 'AWS::WAFv2::LoggingConfiguration').RedactedFields).toContainEqual({ SingleHeader: { Name: 'x-origin-secret' } });
  });

  it('logs what it blocks or counts, without tokens and cookies', () => {
    const stack = testStack();
    new VideoFirewall(stack, 'Firewall');

    expect(only(stack, 'AWS::Logs::LogGroup')).toMatchObject({
      // With the stack's UUID: a group that outlived its stack is in nobody's way.
      LogGroupName: { 'Fn::Join': ['', [expect.stringMatching(/^aws-waf-logs-/), expect.objectContaining({ 'Fn::Select': [2, expect.anything()] })]] },
      RetentionInDays: 365,
    });
    const { RedactedFields, LogDestinationConfigs } = only(stack, 'AWS::WAFv2::LoggingConfiguration');
    expect(RedactedFields).toEqual(expect.arrayContaining([{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }]));
    expect(JSON.stringify(LogDestinationConfigs)).not.toContain(':*');
  });

  it('refuses a CLOUDFRONT web ACL outside us-east-1 and says where it belongs', () => {
    const stack = testStack({ region: 'eu-west-1' });
    expect(() => new VideoFirewall(stack, 'Firewall')).toThrow(
      /must be in us-east-1, got a stack in 'eu-west-1'\. Put it into a stack with env: \{ region: 'us-east-1' \}, such as VideoEdgeStack/);
  });

  it('refuses a CLOUDFRONT web ACL in a stack whose region is not known', () => {
    expect(() => new VideoFirewall(new Stack(), 'Firewall')).toThrow(/the region of stack 'Default' is not known\. Put it into/);
  });

  it('refuses an origin secret before the distribution, which alone knows it', () => {
    const stack = testStack();
    expect(() => new VideoFirewall(stack, 'Firewall', { originSecret: new OriginSecret(stack, 'Secret') }))
      .toThrow(/originSecret was given to a web ACL of scope CLOUDFRONT/);
    expect(() => new OriginSecret(stack, 'Zero', { generation: 0 })).toThrow(/generation must be a whole number of at least 1, got 0/);
  });

  it('is at home in any region when it protects an API', () => {
    expect(() => new VideoFirewall(new Stack(), 'Firewall', { scope: FirewallScope.REGIONAL })).not.toThrow();
    expect(() => new VideoFirewall(testStack({ region: 'eu-west-1' }), 'Firewall', { scope: FirewallScope.REGIONAL })).not.toThrow();
  });

  it.each([
    [{ requestsPerIp: 9 }, /requestsPerIp must be a whole number from 10 to 2,000,000,000, got 9/],
    [{ requestsPerIp: 10.5 }, /got 10.5/],
  ])('refuses %j', (props, message) => {
    expect(() => new VideoFirewall(testStack(), 'Firewall', props)).toThrow(message);
  });

  it('does not judge what is only known at deployment', () => {
    expect(() => new VideoFirewall(testStack(), 'Firewall', { requestsPerIp: Token.asNumber({ Ref: 'Limit' }) })).not.toThrow();
  });
});
