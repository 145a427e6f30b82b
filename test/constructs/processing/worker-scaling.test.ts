import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { create, synth } from '../../support/ffmpeg-service';
import { onlyResource, resourcesOf, spell } from '../../support/template-facts';

function variables(template: Template): Record<string, unknown> {
  const [scaler] = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).filter(([id]) => id.includes('Scaling'));
  return scaler[1].Properties.Environment.Variables;
}

test('each minute the scaler looks at the queue', () => {
  synth().template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)', Targets: [Match.objectLike({ Input: '{"action":"follow"}' })],
  });
});

test('the scaler may describe and resize the one service, and count the one queue\'s jobs', () => {
  const { template } = synth();
  const [policy] = Object.entries(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).filter(([id]) => id.includes('ScalingRolePolicy'));
  const statements = policy[1].Properties.PolicyDocument.Statement.map(({ Action, Resource }: any) => [Action, spell(Resource)]);
  expect(statements).toEqual(expect.arrayContaining([
    [['ecs:DescribeServices', 'ecs:UpdateService'], '<ProcessorService>'],
    ['sqs:GetQueueAttributes', '<JobsQueue>'],
  ]));
  expect(statements).toHaveLength(3);
});

test('the event of an arrival has the same scaler as target', () => {
  const { stack, service } = create();
  new events.Rule(stack, 'Arrivals', { eventPattern: { source: ['aws.s3'] }, targets: [service.wakeTarget()] });
  const [target] = Object.values(resourcesOf(Template.fromStack(stack), 'AWS::Events::Rule'))
    .filter(({ Properties }) => Properties.EventPattern).map(({ Properties }) => Properties.Targets[0]);
  expect([spell(target.Arn), target.Input]).toEqual(['<ProcessorScalingFunction>', undefined]);
});

test.each([
  ['the jobs that a worker finishes in the acceptable latency', { acceptableLatency: Duration.minutes(10), averageJobDuration: Duration.minutes(4) }, '2'],
  ['every job that it runs side by side', { acceptableLatency: Duration.minutes(10), averageJobDuration: Duration.minutes(4), concurrency: 2 }, '5'],
  ['one, for a job that takes longer than it may wait', { acceptableLatency: Duration.minutes(5), averageJobDuration: Duration.minutes(30) }, '1'],
])('a worker counts for %s', (_what, props, expected) => {
  expect(variables(synth({ ...props, maxTasks: 7 }).template)).toMatchObject({ JOBS_PER_WORKER: expected, MAX_WORKERS: '7' });
});

test.each([0, 2])('workers scale in to %d when nothing has waited or been in flight, and nothing else takes one away', minTasks => {
  const { template } = synth({ minTasks });
  expect(onlyResource(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').Properties).toMatchObject({
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: { AdjustmentType: 'ExactCapacity', Cooldown: 300, StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: minTasks }] },
  });
  const idle = onlyResource(template, 'AWS::CloudWatch::Alarm').Properties;
  expect(idle).toMatchObject({
    Threshold: 1, EvaluationPeriods: 5, DatapointsToAlarm: 5, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching',
  });
  expect(idle.Metrics[0].Expression).toBe('IF(visible + FILL(inFlight, 0) < 1 AND FILL(inVain, 0) > 0, 1, 0)');
  expect(idle.AlarmActions.map(spell)).toEqual(['<ProcessorScalingScaleIn>']);
  expect(onlyResource(template, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject({ MinCapacity: minTasks, MaxCapacity: 10 });
});

test('no series of Container Insights takes part', () => {
  expect(JSON.stringify(synth().template.toJSON())).not.toContain('ECS/ContainerInsights');
});
