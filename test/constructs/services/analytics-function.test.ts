import { Duration, Stack } from 'aws-cdk-lib';
import { SigningKeys } from '../../../src/constructs/secrets/signing-keys';
import { AnalyticsFunction, AnalyticsFunctionProps } from '../../../src/constructs/services/analytics-function';
import { VideoCatalog } from '../../../src/constructs/storage/video-catalog';
import { findings, resources, statementsOf, testStack } from '../../support/stacks';

function analytics(stack: Stack, props: Partial<AnalyticsFunctionProps> = {}): AnalyticsFunction {
  return new AnalyticsFunction(stack, 'Analytics', { catalog: new VideoCatalog(stack, 'Catalog'), signingKeys: new SigningKeys(stack, 'Keys'), ...props });
}

describe('AnalyticsFunction', () => {
  it('may read the catalog and the signing keys, and count, and nothing more: media is no business of its own', () => {
    const stack = testStack();
    analytics(stack);

    const allowed = new Set(statementsOf(stack, /^Analytics/).flatMap(statement => [statement.Action].flat()));
    expect([...allowed].sort()).toEqual([
      'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'logs:CreateLogStream',
      'logs:PutLogEvents', 'secretsmanager:GetSecretValue', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
    ]);
    expect(findings(stack)).toEqual([]);
  });

  it('tells the handler how long playback addresses last', () => {
    const stack = testStack();
    analytics(stack, { playbackExpiry: Duration.minutes(10), metricsNamespace: 'Mine' });
    const [[, analyticsFunction]] = Object.entries(resources(stack, 'AWS::Lambda::Function')).filter(([id]) => id.startsWith('Analytics'));
    expect(analyticsFunction.Properties.Environment.Variables).toMatchObject({
      PLAYBACK_EXPIRY_SECONDS: '600', METRICS_NAMESPACE: 'Mine', ALLOWED_ORIGINS: '[]',
    });
  });

  it.each([
    [{ playbackExpiry: Duration.seconds(30) }, /playbackExpiry must be from 1 minute to 6 hours, got 30 seconds/],
    [{ playbackExpiry: Duration.hours(7) }, /got 7 hours/],
    [{ logLevel: 'info' }, /logLevel must be one of DEBUG, INFO, WARN, ERROR, got 'info'/],
  ])('refuses %j', (props, message) => {
    expect(() => analytics(testStack(), props)).toThrow(message);
  });
});
