import type { AlarmSettings } from './alarm';
import { listOf, Properties, recordOf, resourcesOf, Template } from '../../src/cli/cost/template';
import type { ScalerLimits } from '../../src/runtime/scaler/scaler';

export interface Query {
  /** `undefined` for what is not returned or not math. */
  readonly expression: string;
  /** Metric name by the id that the expression uses. */
  readonly metrics: Readonly<Record<string, string>>;
}

export interface StepRule {
  readonly name: string;
  readonly alarm: AlarmSettings & Query;
  readonly adjustment: 'ChangeInCapacity' | 'ExactCapacity';
  readonly amount: number;
  readonly cooldownSeconds: number;
}

export interface TrackingRule {
  readonly name: string;
  readonly query: Query;
  readonly target: number;
  readonly cooldownSeconds: number;
}

/** How the workers of a template scale. */
export interface ScalingRules {
  readonly min: number;
  readonly max: number;
  readonly steps: readonly StepRule[];
  readonly tracking: readonly TrackingRule[];
  /** The function that raises the number of workers. */
  readonly scaler?: ScalerRule;
  /** Longest that a worker is protected from a deployment. */
  readonly protectionSeconds?: number;
}

export interface ScalerRule extends ScalerLimits {
  /** Whether the arrival of a source calls it. */
  readonly wakesByEvent: boolean;
  /** Seconds between its looks at the queue. */
  readonly everySeconds?: number;
}

/** @throws when a policy is of a kind that the model does not know */
export function readScaling(template: Template): ScalingRules {
  const [[, target] = []] = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget');
  if (!target) throw new Error('the template holds no scalable target');
  const policies = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy');
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);
  return {
    min: Number(target.MinCapacity),
    max: Number(target.MaxCapacity),
    steps: policies.filter(([, { PolicyType }]) => PolicyType === 'StepScaling').map(([id, policy]) => stepRule(id, policy, alarms)),
    tracking: policies.filter(([, { PolicyType }]) => PolicyType === 'TargetTrackingScaling').map(([, policy]) => trackingRule(policy)),
    scaler: scalerRule(template),
    protectionSeconds: protectionOf(template),
  };
}

/** The function is known by what it is told; who calls it, by the rules that name it as their target. */
function scalerRule(template: Template): ScalerRule | undefined {
  const told = ([, { Environment }]: readonly [string, Properties]) => recordOf(recordOf(Environment).Variables);
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(each => 'JOBS_PER_WORKER' in told(each));
  if (!found) return undefined;
  const variables = told(found);
  const calls = resourcesOf(template, 'AWS::Events::Rule').map(([, rule]) => rule)
    .filter(({ Targets }) => JSON.stringify(Targets ?? []).includes(`"${found[0]}"`));
  const schedule = calls.map(({ ScheduleExpression }) => /^rate\((\d+) minutes?\)$/.exec(String(ScheduleExpression))).find(match => match);
  return {
    maxWorkers: Number(variables.MAX_WORKERS),
    jobsPerWorker: Number(variables.JOBS_PER_WORKER),
    concurrency: Number(variables.CONCURRENCY),
    wakesByEvent: calls.some(({ EventPattern }) => listOf(recordOf(EventPattern)['detail-type']).includes('Object Created')),
    everySeconds: schedule ? 60 * Number(schedule[1]) : undefined,
  };
}

function protectionOf(template: Template): number | undefined {
  const variables = resourcesOf(template, 'AWS::ECS::TaskDefinition')
    .flatMap(([, task]) => listOf(task.ContainerDefinitions).flatMap(container => listOf(recordOf(container).Environment)));
  const found = variables.map(recordOf).find(({ Name }) => Name === 'PROTECTION_SECONDS');
  return found && Number(found.Value);
}

function stepRule(id: string, policy: Properties, alarms: readonly Properties[]): StepRule {
  const alarm = alarms.find(({ AlarmActions }) => listOf(AlarmActions).some(action => recordOf(action).Ref === id));
  if (!alarm) throw new Error(`no alarm starts the policy ${String(policy.PolicyName)}`);
  const { AdjustmentType, Cooldown, StepAdjustments } = recordOf(policy.StepScalingPolicyConfiguration);
  const [step, ...more] = listOf(StepAdjustments).map(recordOf);
  if (more.length > 0) throw new Error(`the policy ${String(policy.PolicyName)} has several steps; the model knows one`);
  if (AdjustmentType !== 'ChangeInCapacity' && AdjustmentType !== 'ExactCapacity') throw new Error(`the model does not know ${String(AdjustmentType)}`);
  const periods = Number(alarm.EvaluationPeriods);
  return {
    name: String(policy.PolicyName),
    adjustment: AdjustmentType,
    amount: Number(step.ScalingAdjustment),
    cooldownSeconds: Number(Cooldown ?? 0),
    alarm: {
      ...queryOf(alarm),
      comparison: String(alarm.ComparisonOperator),
      threshold: Number(alarm.Threshold),
      evaluationPeriods: periods,
      datapointsToAlarm: Number(alarm.DatapointsToAlarm ?? periods),
      treatMissingData: String(alarm.TreatMissingData ?? 'missing'),
    },
  };
}

function trackingRule(policy: Properties): TrackingRule {
  const { CustomizedMetricSpecification, TargetValue, ScaleOutCooldown } = recordOf(policy.TargetTrackingScalingPolicyConfiguration);
  return {
    name: String(policy.PolicyName),
    query: queryOf(recordOf(CustomizedMetricSpecification)),
    target: Number(TargetValue),
    cooldownSeconds: Number(ScaleOutCooldown ?? 300),
  };
}

function queryOf({ Metrics, MetricName }: Properties): Query {
  const queries = listOf(Metrics).map(recordOf);
  if (queries.length === 0) return { expression: 'metric', metrics: { metric: String(MetricName) } };
  const metrics = queries.filter(({ MetricStat }) => MetricStat !== undefined)
    .map(({ Id, MetricStat }) => [String(Id), String(recordOf(recordOf(MetricStat).Metric).MetricName)] as const);
  const math = queries.find(({ Expression, ReturnData }) => Expression !== undefined && ReturnData !== false);
  return { expression: math ? String(math.Expression) : metrics[0][0], metrics: Object.fromEntries(metrics) };
}
