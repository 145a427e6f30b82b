import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { synth } from '../../support/ffmpeg-service';
import { onlyResource, resourcesOf, spell } from '../../support/template-facts';

type Evaluate = (values: Record<string, number | undefined>) => number | undefined;

/** CloudWatch's arithmetic on one minute: what is missing makes the result missing, unless FILL or IF replaces it. */
function metricMath(expression: string): Evaluate {
  const names = [...new Set(expression.match(/\b[a-z]\w*/g))];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the expression is the construct's own
  const run = new Function('IF', 'FILL', ...names, `return ${expression.replace(/\bAND\b/g, '&&')}`);
  return values => {
    const choose = (when: boolean, yes: number, no: number) => when ? yes : no;
    const fill = (value: number | undefined, missing: number) => value ?? missing;
    const result = Number(run(choose, fill, ...names.map(name => values[name])));
    return Number.isNaN(result) ? undefined : result;
  };
}

describe('scaling', () => {
  function policies(template: Template): Record<string, Record<string, any>> {
    return Object.fromEntries(Object.values(resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy'))
      .map(({ Properties }) => [Properties.PolicyName, Properties]));
  }
  function alarm(template: Template, id: string): Record<string, any> {
    return Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm')).find(([logicalId]) => logicalId.includes(id))![1].Properties;
  }

  test('follows the backlog of a task towards what it works off in the acceptable latency, and never takes a task away for it', () => {
    const { template } = synth({ acceptableLatency: Duration.minutes(10), averageJobDuration: Duration.minutes(4) });
    const configuration = policies(template).BacklogPerTask.TargetTrackingScalingPolicyConfiguration;
    expect(configuration).toMatchObject({ TargetValue: 2.5, DisableScaleIn: true });
    const queries = configuration.CustomizedMetricSpecification.Metrics as Array<Record<string, any>>;
    const reads = queries.map(({ Id, Expression, MetricStat, ReturnData }) => [Id, Expression ?? MetricStat.Metric.MetricName, ReturnData]);
    expect(reads).toEqual([
      ['visible', 'ApproximateNumberOfMessagesVisible', false],
      ['running', 'RunningTaskCount', false],
      ['backlogPerTask', 'visible / IF(FILL(running, 0) > 0, FILL(running, 0), 1)', true],
    ]);
  });

  test.each([
    ['ten tasks', { visible: 40, running: 10 }, 4],
    ['no task, so that the first one is followed by as many as are needed', { visible: 40, running: 0 }, 40],
    ['no word of tasks', { visible: 40 }, 40],
    ['nothing to do', { visible: 0, running: 0 }, 0],
    ['no word of jobs', { running: 3 }, undefined],
  ])('the backlog of a task, with %s', (_name, values, expected) => {
    const { Metrics } = policies(synth().template).BacklogPerTask.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification;
    const { Expression } = Metrics.find(({ ReturnData }: { ReturnData: boolean }) => ReturnData);
    expect(metricMath(Expression)(values)).toBe(expected);
  });

  test.each([
    ['jobs wait and no task is wanted', { visible: 1, desired: 0 }, 1],
    ['jobs wait and nothing is known of tasks', { visible: 1 }, 1],
    ['jobs wait and a task is on its way', { visible: 1, desired: 1 }, 0],
    ['nothing waits', { visible: 0, desired: 0 }, 0],
  ])('the first task starts when %s: %j', (_name, values, expected) => {
    expect(metricMath(alarm(synth().template, 'WorkWithoutTask').Metrics[0].Expression)(values)).toBe(expected);
  });

  test('tasks are taken away by nothing but an idle queue, and a silent metric changes nothing', () => {
    const { template } = synth({ minTasks: 1 });
    const takes = ({ TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: step }: Record<string, any>) => (
      tracking ? !tracking.DisableScaleIn : step.AdjustmentType !== 'ChangeInCapacity' || step.StepAdjustments[0].ScalingAdjustment < 0
    );
    const takers = Object.values(policies(template)).filter(takes);
    expect(takers.map(({ PolicyName }) => PolicyName)).toEqual(['Home']);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'))) expect(Properties.TreatMissingData).toBe('ignore');
    const idle = metricMath(alarm(template, 'NothingToDo').Metrics[0].Expression);
    expect([idle({ visible: 0, inFlight: 0 }), idle({ visible: 0, inFlight: 1 }), idle({ visible: 1, inFlight: 0 }), idle({ visible: 0 })])
      .toEqual([0, 1, 1, undefined]);
  });

  test('each alarm starts its own policy', () => {
    const { template } = synth();
    const actions = (id: string) => alarm(template, id).AlarmActions.map(spell);
    expect(actions('WorkWithoutTask')).toEqual(['<ProcessorScalingFirstTask>']);
    expect(actions('NothingToDo')).toEqual(['<ProcessorScalingHome>']);
  });

  test('counts every job that a task runs side by side', () => {
    const { template } = synth({ concurrency: 2 });
    expect(policies(template).BacklogPerTask.TargetTrackingScalingPolicyConfiguration.TargetValue).toBe(5);
  });

  test('leaves zero by one task when jobs wait and none is wanted, and that can never take tasks away', () => {
    const { template } = synth();
    expect(policies(template).FirstTask.StepScalingPolicyConfiguration).toMatchObject({
      AdjustmentType: 'ChangeInCapacity', StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    });
    const start = alarm(template, 'WorkWithoutTask');
    expect(start).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    expect(start.Metrics[0].Expression).toBe('IF(visible > 0 AND FILL(desired, 0) < 1, 1, 0)');
  });

  test.each([0, 2])('goes back to %d tasks only when nothing waits and nothing is in flight', minTasks => {
    const { template } = synth({ minTasks });
    expect(policies(template).Home.StepScalingPolicyConfiguration).toMatchObject({
      AdjustmentType: 'ExactCapacity', StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: minTasks }],
    });
    const idle = alarm(template, 'NothingToDo');
    expect(idle).toMatchObject({ Threshold: 1, EvaluationPeriods: 5, ComparisonOperator: 'LessThanThreshold' });
    expect(idle.Metrics[0].Expression).toBe('visible + inFlight');
    expect(idle.Metrics.slice(1).map((query: any) => query.MetricStat.Metric.MetricName))
      .toEqual(['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible']);
    expect(onlyResource(template, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject({ MinCapacity: minTasks, MaxCapacity: 10 });
  });
});

