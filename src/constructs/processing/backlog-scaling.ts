import { Duration } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { IProcessingQueue } from '../queue/processing-queue-base';

export interface BacklogScalingProps {
  readonly service: ecs.FargateService;
  readonly queue: IProcessingQueue;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly acceptableLatency: Duration;
  readonly averageJobDuration: Duration;
  /** Jobs that a task runs side by side. */
  readonly concurrency: number;
  /** Of the service, from Container Insights. */
  readonly runningTasks: cloudwatch.Metric;
  readonly desiredTasks: cloudwatch.Metric;
}

/** Idle minutes before tasks are taken away: a pause between two uploads is not the end of the work. */
const IDLE_MINUTES = 5;

/**
 * As many tasks as the backlog needs, none when there is none.
 *
 * Three policies, because no single one can do it. Target tracking keeps the backlog of each task at what it works off
 * within the acceptable latency, but multiplies the task count, so it never leaves zero: a step does that. It would also
 * take tasks away while they work: instead, all beyond the minimum go once nothing waits and nothing is in flight.
 */
export class BacklogScaling extends Construct {
  private readonly target: appscaling.CfnScalableTarget;

  constructor(scope: Construct, id: string, private readonly props: BacklogScalingProps) {
    super(scope, id);
    const { service, minTasks, maxTasks } = props;
    this.target = new appscaling.CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    });
    this.followBacklog();
    this.leaveZero();
    this.scaleInWhenIdle();
  }

  private followBacklog(): void {
    const { queue, runningTasks, acceptableLatency, averageJobDuration, concurrency } = this.props;
    new appscaling.CfnScalingPolicy(this, 'BacklogPerTask', {
      policyName: 'BacklogPerTask',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.ref,
      targetTrackingScalingPolicyConfiguration: {
        // Jobs that one task works off in the acceptable latency.
        targetValue: concurrency * acceptableLatency.toMilliseconds() / averageJobDuration.toMilliseconds(),
        disableScaleIn: true,
        scaleOutCooldown: 60,
        customizedMetricSpecification: {
          metrics: [
            metricQuery('visible', queue.metricBacklog()),
            metricQuery('running', runningTasks),
            {
              id: 'backlogPerTask',
              label: 'Backlog per task',
              expression: 'visible / IF(FILL(running, 0) > 0, FILL(running, 0), 1)',
              returnData: true,
            },
          ],
        },
      },
    });
  }

  private leaveZero(): void {
    const { queue, desiredTasks } = this.props;
    const alarm = this.alarm('WorkWithoutTask', {
      description: 'Jobs wait and no task is wanted: start the first',
      metric: new cloudwatch.MathExpression({
        label: 'Jobs wait and no task is wanted',
        expression: 'IF(visible > 0 AND FILL(desired, 0) < 1, 1, 0)',
        usingMetrics: { visible: queue.metricBacklog(), desired: desiredTasks },
        period: Duration.minutes(1),
      }),
      evaluationPeriods: 1,
      comparison: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
    // One more, not exactly one: should the count of tasks be late, this must never take any away.
    this.step('FirstTask', alarm, { adjustmentType: 'ChangeInCapacity', cooldown: 120, scalingAdjustment: 1, metricIntervalLowerBound: 0 });
  }

  private scaleInWhenIdle(): void {
    const { queue, minTasks } = this.props;
    const alarm = this.alarm('NothingToDo', {
      description: `For ${IDLE_MINUTES} minutes no job has waited or been in flight: back to the fewest tasks`,
      metric: new cloudwatch.MathExpression({
        label: 'Jobs waiting or in flight',
        expression: 'visible + inFlight',
        usingMetrics: { visible: queue.metricBacklog(), inFlight: queue.metricInFlight() },
        period: Duration.minutes(1),
      }),
      evaluationPeriods: IDLE_MINUTES,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    });
    this.step('Home', alarm, { adjustmentType: 'ExactCapacity', cooldown: 60, scalingAdjustment: minTasks, metricIntervalUpperBound: 0 });
  }

  private alarm(id: string, options: {
    description: string; metric: cloudwatch.IMetric; evaluationPeriods: number; comparison: cloudwatch.ComparisonOperator;
  }): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      alarmDescription: options.description,
      metric: options.metric,
      threshold: 1,
      evaluationPeriods: options.evaluationPeriods,
      comparisonOperator: options.comparison,
      // A queue that nobody has used for hours reports nothing: no reason to start or stop anything.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    });
  }

  private step(id: string, alarm: cloudwatch.Alarm, step: {
    adjustmentType: 'ChangeInCapacity' | 'ExactCapacity'; cooldown: number;
  } & appscaling.CfnScalingPolicy.StepAdjustmentProperty): void {
    const { adjustmentType, cooldown, ...adjustment } = step;
    const policy = new appscaling.CfnScalingPolicy(this, id, {
      policyName: id,
      policyType: 'StepScaling',
      scalingTargetId: this.target.ref,
      stepScalingPolicyConfiguration: { adjustmentType, cooldown, metricAggregationType: 'Maximum', stepAdjustments: [adjustment] },
    });
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: policy.ref }) });
  }
}

/** A metric as Application Auto Scaling wants it. */
function metricQuery(id: string, metric: cloudwatch.Metric): appscaling.CfnScalingPolicy.TargetTrackingMetricDataQueryProperty {
  const { namespace, metricName, dimensions, statistic } = metric.toMetricConfig().metricStat!;
  return {
    id,
    returnData: false,
    metricStat: {
      stat: statistic,
      metric: { namespace, metricName, dimensions: dimensions?.map(({ name, value }) => ({ name, value: String(value) })) },
    },
  };
}
