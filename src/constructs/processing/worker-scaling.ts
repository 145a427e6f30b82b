import { Duration, Tokenization } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FfmpegServiceSettings } from './ffmpeg-service-settings';
import { EnvironmentOf, FOLLOW_QUEUE, SCALER_ENVIRONMENT } from '../../runtime/contract';
import { createRuntimeFunction, RuntimeFunctionProps } from '../functions/runtime-function';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { acknowledgeFinding } from '../shared/acknowledge';
import { grantExactly } from '../shared/exact-grant';

type Limits = Pick<FfmpegServiceSettings, 'minTasks' | 'maxTasks' | 'acceptableLatency' | 'averageJobDuration' | 'concurrency' | 'logLevel' | 'metricsNamespace'>;

export interface WorkerScalingProps extends Limits {
  readonly service: ecs.FargateService;
  readonly queue: IProcessingQueue;
  readonly logEncryptionKey?: kms.IKey;
  readonly logRetention?: logs.RetentionDays;
  readonly removalPolicy?: RuntimeFunctionProps['removalPolicy'];
}

/** Idle minutes before workers are taken away: a pause between two uploads is not the end of the work. */
const IDLE_MINUTES = 5;

/**
 * As many workers as the jobs need, none when there are none.
 *
 * A function raises their number: to one when a source arrives, further each minute by what the queue says of itself at that moment.
 * It compares with what is wanted, so it asks for nothing twice. Application Auto Scaling takes all beyond the minimum away, once no job
 * has waited or been in flight for some minutes.
 */
export class WorkerScaling extends Construct {
  /** Raises the number of workers. */
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, private readonly props: WorkerScalingProps) {
    super(scope, id);
    this.function = this.createScaler();
    const schedule = new events.Rule(this, 'EveryMinute', {
      description: 'Has as many workers started as the jobs that wait need',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [new targets.LambdaFunction(this.function, { event: events.RuleTargetInput.fromObject(FOLLOW_QUEUE) })],
    });
    acknowledgeFinding(schedule, ['Serverless-EventBusDLQ'], 'The next minute makes up for a call that was not delivered.');
    this.scaleInWhenIdle();
  }

  private createScaler(): lambda.Function {
    const { service, queue } = this.props;
    const handler = createRuntimeFunction<typeof SCALER_ENVIRONMENT>(this, this.props, {
      service: 'scaler',
      description: 'Starts workers for jobs that wait',
      environment: (role, { LOG_LEVEL, METRICS_NAMESPACE }) => {
        grantExactly(role, { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resourceArns: [service.serviceArn] });
        queue.grantCount(role);
        return { LOG_LEVEL, METRICS_NAMESPACE, JOB_QUEUE_URL: queue.queue.queueUrl, ...this.limits() };
      },
    }).function;
    acknowledgeFinding(handler, ['HIPAA.Security-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ', 'Serverless-LambdaDLQ'],
      'The next call, at most a minute later, makes up for one that failed; an alarm counts what Lambda gives up.');
    acknowledgeFinding(handler, ['HIPAA.Security-LambdaConcurrency', 'NIST.800.53.R5-LambdaConcurrency'],
      'Calls at the same time ask for the same number of workers; an execution set aside is one less for an account that may have ten.');
    acknowledgeFinding(handler, ['HIPAA.Security-LambdaInsideVPC', 'NIST.800.53.R5-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC'],
      'It calls ECS and SQS alone and sees nothing of a video; in the network of the workers it would need an endpoint for ECS.');
    return handler;
  }

  private limits(): Omit<EnvironmentOf<typeof SCALER_ENVIRONMENT>, 'LOG_LEVEL' | 'METRICS_NAMESPACE' | 'JOB_QUEUE_URL'> {
    const { service, maxTasks, concurrency, acceptableLatency, averageJobDuration } = this.props;
    const inTime = Math.floor(concurrency * acceptableLatency.toMilliseconds() / averageJobDuration.toMilliseconds());
    return {
      CLUSTER: service.cluster.clusterName,
      SERVICE_ARN: service.serviceArn,
      MAX_WORKERS: Tokenization.stringifyNumber(maxTasks),
      // A job that takes longer than it may wait has a worker of its own; more workers would not help it.
      JOBS_PER_WORKER: Math.max(concurrency, inTime).toString(),
      CONCURRENCY: concurrency.toString(),
    };
  }

  private scaleInWhenIdle(): void {
    const { service, queue, minTasks, maxTasks } = this.props;
    const target = new appscaling.CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    });
    const policy = new appscaling.CfnScalingPolicy(this, 'ScaleIn', {
      policyName: 'ScaleIn',
      policyType: 'StepScaling',
      scalingTargetId: target.ref,
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ExactCapacity',
        // Until the metrics show that nobody asks any more: the alarm is still on, and a worker may have been woken since.
        cooldown: Duration.minutes(IDLE_MINUTES).toSeconds(),
        metricAggregationType: 'Maximum',
        stepAdjustments: [{ scalingAdjustment: minTasks, metricIntervalLowerBound: 0 }],
      },
    });
    this.idleAlarm(queue).addAlarmAction({ bind: () => ({ alarmActionArn: policy.ref }) });
  }

  /**
   * An alarm that is on calls its policy again each minute (CloudWatch user guide, "Alarm actions"). So it must be off while nobody works:
   * it would take the first worker away before the metrics know of the job. Hence the minutes count in which workers asked for jobs in vain.
   */
  private idleAlarm(jobs: IProcessingQueue): cloudwatch.Alarm {
    const period = Duration.minutes(1);
    return new cloudwatch.Alarm(this, 'NothingToDo', {
      alarmDescription: `For ${IDLE_MINUTES} minutes no job has waited or been in flight while workers asked for one: scale in to minTasks`,
      metric: new cloudwatch.MathExpression({
        label: 'Workers ask in vain',
        // Only `visible` is reported while the queue is active; the others "if in-flight messages exist" and "during receive operations"
        // (SQS developer guide, "Available CloudWatch metrics").
        expression: 'IF(visible + FILL(inFlight, 0) < 1 AND FILL(inVain, 0) > 0, 1, 0)',
        usingMetrics: {
          visible: jobs.metricBacklog(),
          inFlight: jobs.metricInFlight(),
          inVain: jobs.queue.metricNumberOfEmptyReceives({ period, statistic: cloudwatch.Stats.SUM }),
        },
        period,
      }),
      threshold: 1,
      evaluationPeriods: IDLE_MINUTES,
      datapointsToAlarm: IDLE_MINUTES,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A queue that says nothing is no reason to stop anybody.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
