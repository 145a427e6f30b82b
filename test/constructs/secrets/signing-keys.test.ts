import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SigningKeys } from '../../../src/constructs/secrets/signing-keys';
import { findings, only, resources, statementsOf, testStack } from '../../support/stacks';

describe('SigningKeys', () => {
  it('holds no key in the template, and a variable for none', () => {
    const stack = testStack();
    new SigningKeys(stack, 'Keys');

    expect(only(stack, 'AWS::SecretsManager::Secret').SecretString).toBe('{}');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/PRIVATE KEY/);
    expect(Object.keys(only(stack, 'AWS::Lambda::Function').Environment.Variables).sort()).toEqual([
      'KEY_NAME_PREFIX', 'KEY_VALUE_STORE_ARN', 'LOG_LEVEL', 'ROTATION_SECONDS', 'SIGNING_KEYS_ARN',
    ]);
    expect(findings(stack)).toEqual([]);
  });

  it('may touch its own secret and store, and of CloudFront keys and groups alone', () => {
    const stack = testStack();
    new SigningKeys(stack, 'Keys');
    const statements = statementsOf(stack, /^Keys/);
    const wide = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(wide.filter(action => !action.startsWith('xray:'))).toEqual(expect.arrayContaining(['cloudfront:CreatePublicKey', 'cloudfront:UpdateKeyGroup']));
    expect(wide.filter(action => !/^xray:|^cloudfront:\w+(PublicKeys?|KeyGroups?)$/.test(action))).toEqual([]);
    expect(statements.flatMap(({ Action }) => Action).some(action => action.includes('*'))).toBe(false);
  });

  it('makes the first keys when its role may, and not before', () => {
    const stack = testStack();
    new SigningKeys(stack, 'Keys');
    const [[, keys]] = Object.entries(resources(stack, 'Custom::VideoSigningKeys'));
    const policies = Object.keys(resources(stack, 'AWS::IAM::ManagedPolicy'));
    expect(keys.DependsOn).toEqual(expect.arrayContaining(policies.filter(id => !id.includes('Trace'))));
  });

  it('looks twice a day whether something is due', () => {
    const stack = testStack();
    new SigningKeys(stack, 'Keys', { rotationPeriod: Duration.days(7) });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(12 hours)', Targets: [Match.objectLike({ Input: '{"action":"advance"}' })],
    });
    expect(only(stack, 'AWS::Lambda::Function').Environment.Variables.ROTATION_SECONDS).toBe('604800');
  });

  it('refuses a period in which the last signature of a key could not end', () => {
    expect(() => new SigningKeys(testStack(), 'Keys', { rotationPeriod: Duration.hours(30) })).toThrow(/rotationPeriod must be at least 2 days, got 1 day 6 hours/);
  });
});
