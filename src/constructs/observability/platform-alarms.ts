import { Duration, Names } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { droppedEvents, errorPercentage, failedJobs, latencyP95, memoryUse, stalledWorkers, unattendedJobs } from './alarm-metrics';
import { TaskStartRule } from './task-start-rule';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { known, validateRules } from '../shared/validation';

/** Properties of `PlatformAlarms`. */
export interface PlatformAlarmsProps {
  /**
   * The API's stage.
   *
   * @default - no alarms on errors and latency
   */
  readonly apiStage?: apigateway.Stage;

  /**
   * The job queue with its dead-letter queue.
   *
   * @default - no alarms on backlog, age and dead letters
   */
  readonly queue?: IProcessingQueue;

  /**
   * The service of the workers. With `queue`, workers that hang are noticed too.
   *
   * @default - no alarms on the workers
   */
  readonly service?: ecs.IBaseService;

  /**
   * The function that marks videos QUEUED when their source arrives.
   *
   * @default - no alarm on events that it could not handle
   */
  readonly uploader?: lambda.IFunction;

  /**
   * The function that starts workers, `FfmpegFargateService.scaler`.
   *
   * @default - no alarms on events that it could not handle, and on jobs that nobody attends to
   */
  readonly scaler?: lambda.IFunction;

  /**
   * CloudWatch namespace that the platform's handlers publish to.
   *
   * @default 'VideoPlatform'
   */
  readonly metricsNamespace?: string;

  /**
   * Waiting jobs above which the backlog alarm goes off.
   *
   * @default 1000
   */
  readonly backlogThreshold?: number;

  /**
   * Age of the oldest job above which its alarm goes off. SQS counts jobs in the hands of a worker too, so it must be longer
   * than the longest usual encode.
   *
   * @default Duration.hours(2)
   */
  readonly oldestJobAge?: Duration;

  /**
   * URL of the runbook; each alarm adds its own anchor, such as `#api-errors`.
   *
   * @default - docs/operator-runbook.md of this library
   */
  readonly runbookUrl?: string;
}

interface AlarmDefinition {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly periods: number;
  readonly comparison?: cloudwatch.ComparisonOperator;
  /** What happened, and what to do first. */
  readonly description: string;
  readonly anchor: string;
}

const RUNBOOK = 'https://github.com/cdk-video-platform/cdk-video-platform/blob/main/docs/operator-runbook.md';
const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

/**
 * The alarms that page somebody: each says what happened, what to do first and where the runbook goes on.
 *
 * None has an action until {@link notify} gives it one.
 */
export class PlatformAlarms extends Construct {
  /** More than 5 % of requests end in a 5xx, for 5 minutes. */
  public readonly apiErrors?: cloudwatch.Alarm;
  /** The slowest 5 % of requests take over 2 seconds, for 5 minutes. */
  public readonly apiLatency?: cloudwatch.Alarm;
  /** More jobs wait than `backlogThreshold`, for 5 minutes. */
  public readonly backlog?: cloudwatch.Alarm;
  /** The oldest job is older than `oldestJobAge`, for 5 minutes. */
  public readonly oldestJob?: cloudwatch.Alarm;
  /** At least one job is in the dead-letter queue. */
  public readonly deadLetters?: cloudwatch.Alarm;
  /** At least one video ended FAILED. */
  public readonly failedJobs: cloudwatch.Alarm;
  /** Workers use over 90 % of their memory, for 5 minutes. */
  public readonly workerMemory?: cloudwatch.Alarm;
  /** Workers hold jobs and use under 5 % of their CPU, for 15 minutes. */
  public readonly workerCpu?: cloudwatch.Alarm;
  /** Jobs have waited for 20 minutes while no worker held one. */
  public readonly unattendedJobs?: cloudwatch.Alarm;
  /** Lambda gave up an event for the uploader. */
  public readonly uploaderEvents?: cloudwatch.Alarm;
  /** Lambda gave up an event for the scaler. */
  public readonly scalerEvents?: cloudwatch.Alarm;
  /** Every alarm there is. */
  public readonly all: cloudwatch.Alarm[] = [];

  private readonly runbookUrl: string;
  private topics = 0;

  /**
   * @throws when `backlogThreshold` is negative, `oldestJobAge` is below a minute, or `runbookUrl` is no https URL without an anchor.
   */
  constructor(scope: Construct, id: string, private readonly props: PlatformAlarmsProps = {}) {
    super(scope, id);
    validateProps(this, props);
    this.runbookUrl = props.runbookUrl ?? RUNBOOK;
    const { apiStage, queue, service } = props;

    this.failedJobs = this.addAlarm('FailedJobs', {
      metric: failedJobs(props.metricsNamespace ?? 'VideoPlatform'),
      threshold: 1,
      periods: 1,
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      description: 'A video ended FAILED after its last attempt. Search the worker log for the video id, fix the cause, then redrive the message.',
      anchor: 'failed-jobs',
    });
    if (apiStage) {
      this.apiErrors = this.addAlarm('ApiErrors', {
        metric: errorPercentage(apiStage),
        threshold: 5,
        periods: 5,
        description: 'Over 5 % of API requests answer 5xx. Look for the error in the function logs; roll back if a deployment caused it.',
        anchor: 'api-errors',
      });
      this.apiLatency = this.addAlarm('ApiLatency', {
        metric: latencyP95(apiStage),
        threshold: Duration.seconds(2).toMilliseconds(),
        periods: 5,
        description: 'The 95th percentile of API latency is over 2 s. Compare integration latency in the access log: function or catalog?',
        anchor: 'api-latency',
      });
    }
    if (queue) {
      const age = props.oldestJobAge ?? Duration.hours(2);
      this.backlog = this.addAlarm('Backlog', {
        metric: queue.metricBacklog(),
        threshold: props.backlogThreshold ?? 1000,
        periods: 5,
        description: 'Jobs arrive faster than workers finish them. Check that tasks are running; if all are busy, raise `maxTasks`.',
        anchor: 'backlog',
      });
      this.oldestJob = this.addAlarm('OldestJob', {
        metric: queue.metricOldestJobAge(),
        threshold: age.toSeconds(),
        periods: 5,
        description: `A job has been in the queue for over ${age.toHumanString()}. Check whether tasks start, and whether one job is retried again and again.`,
        anchor: 'oldest-job',
      });
      this.deadLetters = this.addAlarm('DeadLetters', {
        metric: queue.metricDeadLetters(),
        threshold: 1,
        periods: 1,
        comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        description: 'A job was given up; its message is in the dead-letter queue, which keeps it for 14 days. Fix the cause, then redrive it.',
        anchor: 'dead-letters',
      });
    }
    if (service) {
      this.workerMemory = this.addAlarm('WorkerMemory', {
        metric: memoryUse(service),
        threshold: 90,
        periods: 5,
        description: 'Workers use over 90 % of their memory and may be killed. See which video they encode; give the task more memory.',
        anchor: 'worker-memory',
      });
    }
    if (props.uploader) {
      this.uploaderEvents = this.addAlarm('UploaderEvents', {
        metric: droppedEvents(props.uploader),
        threshold: 1,
        periods: 1,
        comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        description: 'The uploader failed three times for the arrival of a source. The video is processed all the same; see the log of the uploader.',
        anchor: 'events-given-up',
      });
    }
    if (props.scaler) {
      this.scalerEvents = this.addAlarm('ScalerEvents', {
        metric: droppedEvents(props.scaler),
        threshold: 1,
        periods: 1,
        comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        description: 'The scaler failed three times in a row: nobody starts workers. See its log, and set the desired count by hand meanwhile.',
        anchor: 'events-given-up',
      });
      this.unattendedJobs = this.addAlarm('UnattendedJobs', {
        metric: unattendedJobs(props.metricsNamespace ?? 'VideoPlatform'),
        threshold: 1,
        periods: 20,
        comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        description: 'Jobs have waited for 20 minutes and no worker holds one: tasks do not start, or end at once. See the events of the ECS service.',
        anchor: 'unattended-jobs',
      });
    }
    if (service && queue) {
      this.workerCpu = this.addAlarm('WorkerCpu', {
        // An encoder is meant to use all the CPU it gets; what is wrong is one that holds a job and uses none.
        metric: stalledWorkers(service, queue.metricInFlight()),
        threshold: 5,
        periods: 15,
        comparison: LESS_THAN_THRESHOLD,
        description: 'Workers hold jobs but use under 5 % of their CPU: they hang. Stop the task; its job becomes visible again by itself.',
        anchor: 'worker-cpu',
      });
    }
  }

  /**
   * Sends every alarm and its end to a topic, and each worker task that could not start. The policy of an encrypted topic's key must let
   * `cloudwatch.amazonaws.com` and `events.amazonaws.com` use it, and that of a topic of another app must let them publish.
   */
  public notify(topic: sns.ITopic): void {
    const action = new actions.SnsAction(topic);
    for (const alarm of this.all) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    if (this.props.service) new TaskStartRule(this, `TaskStart${this.topics++ || ''}`, { service: this.props.service, topic, runbookUrl: this.runbookUrl });
  }

  private addAlarm(id: string, definition: AlarmDefinition): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: `${Names.uniqueResourceName(this, { maxLength: 200, separator: '-' })}-${id}`,
      alarmDescription: `${definition.description}\nRunbook: ${this.runbookUrl}#${definition.anchor}`,
      metric: definition.metric,
      threshold: definition.threshold,
      evaluationPeriods: definition.periods,
      datapointsToAlarm: definition.periods,
      comparisonOperator: definition.comparison ?? GREATER_THAN_THRESHOLD,
      // No requests, no messages and no tasks are what the platform looks like when nobody uses it: they publish no data
      // and are not a fault.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.all.push(alarm);
    return alarm;
  }
}

function validateProps(scope: Construct, { backlogThreshold, oldestJobAge, runbookUrl }: PlatformAlarmsProps): void {
  validateRules(scope, [
    {
      broken: known(backlogThreshold) && !(backlogThreshold! >= 0),
      message: () => `backlogThreshold must be 0 or more, got ${backlogThreshold}. The default is 1000.`,
    },
    {
      broken: known(oldestJobAge) && oldestJobAge!.toSeconds() < 60,
      message: () => `oldestJobAge must be at least a minute, got ${oldestJobAge!.toHumanString()}. Choose more than the longest usual encode.`,
    },
    {
      broken: known(runbookUrl) && (!/^https:\/\/\S+$/.test(runbookUrl!) || runbookUrl!.includes('#')),
      message: () => `runbookUrl must be an https address without an anchor, got '${runbookUrl}'. Each alarm adds its own anchor.`,
    },
  ]);
}
