import { Duration, Resource, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { capacityStrategy } from './fargate-capacity';
import { scratchBytes } from './fargate-sizes';
import { FfmpegCluster } from './ffmpeg-cluster';
import { FfmpegFargateServiceProps } from './ffmpeg-fargate-service-props';
import { ffmpegServiceRules } from './ffmpeg-service-rules';
import { FfmpegServiceSettings, ffmpegServiceSettings } from './ffmpeg-service-settings';
import { warnOfDoubtfulSettings } from './ffmpeg-service-warnings';
import { FfmpegTask, SCRATCH } from './ffmpeg-task';
import { WorkerScaling } from './worker-scaling';
import { EnvironmentOf, METRIC, PROCESSOR_ENVIRONMENT, SERVICE_DIMENSION } from '../../runtime/contract';
import { IPlatformNetwork, PlatformNetwork } from '../network/platform-network';
import { bindProcessor } from '../services/bindings';
import { createEncryptedLogGroup } from '../shared/encrypted-log-group';
import { grantExactly } from '../shared/exact-grant';
import { validateRules } from '../shared/validation';

/**
 * Workers that turn sources into adaptive streams: an ECS Fargate service that runs FFmpeg.
 *
 * They run in isolated subnets on a read-only file system without privileges, as many as the jobs need, on a mix of on-demand and
 * Spot capacity. The first starts within seconds of a source's arrival (`wakeTarget`). A worker protects its task from scale-in while it
 * works, gives its job back when it has to stop, and is replaced when it shows no life. A deployment whose tasks do not start is rolled back.
 *
 * @example
 * new FfmpegFargateService(this, 'Processor', { bucket, catalog, queue, ladder: LadderProfile.mobile(), maxTasks: 20 });
 */
export class FfmpegFargateService extends Resource implements iam.IGrantable {
  /** The ECS service. */
  public readonly service: ecs.FargateService;
  /** The cluster that the service belongs to. */
  public readonly cluster: ecs.ICluster;
  /** Where workers run. */
  public readonly network: IPlatformNetwork;
  /** The task that the service runs. */
  public readonly taskDefinition: ecs.FargateTaskDefinition;
  /** The worker's container. */
  public readonly container: ecs.ContainerDefinition;
  /** What workers log to. */
  public readonly logGroup: logs.ILogGroup;
  /** The role that workers act with. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** Starts workers for jobs that wait. */
  public readonly scaler: lambda.IFunction;

  private readonly settings: FfmpegServiceSettings;
  private readonly deadLetterQueue: sqs.IQueue;

  /**
   * @throws when sizes or times contradict each other or what Fargate and SQS offer; the message names every contradiction.
   */
  constructor(scope: Construct, id: string, props: FfmpegFargateServiceProps) {
    super(scope, id);
    this.settings = ffmpegServiceSettings(props);
    validateRules(this, ffmpegServiceRules(this.settings, props.queue));
    warnOfDoubtfulSettings(this, this.settings, props);
    this.network = props.network ?? new PlatformNetwork(this, 'Network', {
      flowLogEncryptionKey: props.logEncryptionKey, flowLogRetention: props.logRetention, removalPolicy: props.removalPolicy,
    });
    const cluster = props.cluster ?? new FfmpegCluster(this, 'Cluster', this.network);
    this.cluster = cluster;
    const logGroup = createEncryptedLogGroup(this, 'Log', {
      encryptionKey: props.logEncryptionKey, retention: props.logRetention, removalPolicy: props.removalPolicy,
    });
    this.logGroup = logGroup;

    const task = new FfmpegTask(this, 'Task', {
      ...this.settings,
      image: props.image,
      logGroup,
      environment: role => this.environment(role, props),
    });
    this.taskDefinition = task.definition;
    this.container = task.container;
    this.grantPrincipal = task.role;
    this.grantProtection(task.role);

    this.service = this.runService();
    // Tasks that start before their way to ECR exists fail, and take the deployment with them.
    // So do tasks whose execution role may not pull or log yet.
    this.service.node.addDependency(this.network, cluster, this.taskDefinition.obtainExecutionRole());
    const scaling = new WorkerScaling(this, 'Scaling', {
      ...this.settings,
      service: this.service,
      queue: props.queue,
      logEncryptionKey: props.logEncryptionKey,
      logRetention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    this.scaler = scaling.function;
    this.deadLetterQueue = props.queue.deadLetterQueue;
  }

  /**
   * Target of a rule on the arrival of sources: starts the first worker within seconds. Without it a job waits for the look at the queue
   * that is taken each minute. What cannot be delivered goes to the dead-letter queue, where it is a job like the others.
   */
  public wakeTarget(): events.IRuleTarget {
    return new targets.LambdaFunction(this.scaler, { deadLetterQueue: this.deadLetterQueue });
  }

  /** Share of the reserved CPU in use, percent. Average over 5 minutes by default. */
  public metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.service.metricCpuUtilization(options);
  }

  /** Share of the reserved memory in use, percent. Average over 5 minutes by default. */
  public metricMemoryUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.service.metricMemoryUtilization(options);
  }

  /** Tasks at work, from Container Insights. Average over 1 minute by default. */
  public metricRunningTasks(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.insight('RunningTaskCount', options);
  }

  /** Tasks wanted, from Container Insights. Average over 1 minute by default. */
  public metricDesiredTasks(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.insight('DesiredTaskCount', options);
  }

  /** Jobs that ended READY. Sum over 5 minutes by default. */
  public metricJobsReady(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.JOBS_READY, options);
  }

  /** Jobs whose file is no video that is accepted. Sum over 5 minutes by default. */
  public metricJobsRejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.JOBS_REJECTED, options);
  }

  /** Jobs given up; they are in the dead-letter queue. Sum over 5 minutes by default. */
  public metricJobsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.JOBS_FAILED, options);
  }

  /** Attempts that ended in a retry. Sum over 5 minutes by default. */
  public metricJobsRetried(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.JOBS_RETRIED, options);
  }

  /** Seconds from receive to READY. Average over 5 minutes by default. */
  public metricJobSeconds(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.JOB_SECONDS, { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  /**
   * A metric that the worker publishes. Sum over 5 minutes by default.
   *
   * @param metricName the metric's name, such as `JobsReady`
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: this.settings.metricsNamespace,
      metricName,
      dimensionsMap: { [SERVICE_DIMENSION]: 'processor' },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    }).attachTo(this);
  }

  private environment(role: iam.IRole, props: FfmpegFargateServiceProps): EnvironmentOf<typeof PROCESSOR_ENVIRONMENT> {
    const { settings } = this;
    return {
      ...bindProcessor(role, props.bucket, props.catalog, props.queue),
      METRICS_NAMESPACE: settings.metricsNamespace,
      LOG_LEVEL: settings.logLevel,
      MAX_UPLOAD_BYTES: settings.maxUploadBytes.toString(),
      HEARTBEAT_SECONDS: settings.heartbeat.toSeconds().toString(),
      MAX_JOB_SECONDS: settings.maxJobDuration.toSeconds().toString(),
      PROTECTION_SECONDS: settings.deploymentWait.toSeconds().toString(),
      STOP_TIMEOUT_SECONDS: settings.stopTimeout.toSeconds().toString(),
      CONCURRENCY: settings.concurrency.toString(),
      SCRATCH_DIR: SCRATCH,
      SCRATCH_BYTES: scratchBytes(settings.storageGib).toString(),
      LADDER_PROFILE: JSON.stringify(settings.ladder._render()),
    };
  }

  /** A worker shields its own task from scale-in and deployments while it works. */
  private grantProtection(role: iam.IRole): void {
    const tasks = Stack.of(this).formatArn({ service: 'ecs', resource: 'task', resourceName: `${this.cluster.clusterName}/*` });
    grantExactly(role, {
      actions: ['ecs:UpdateTaskProtection'],
      resourceArns: [tasks],
      wildcardReason: 'ECS makes up the ids of tasks; the cluster\'s own tasks are the narrowest resource that can be named.',
    });
  }

  private runService(): ecs.FargateService {
    return new ecs.FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: this.taskDefinition,
      capacityProviderStrategies: capacityStrategy(this.settings),
      // Of the network itself: ECS's construct would look for them in the cluster's VPC, which may be another.
      vpcSubnets: { subnets: this.network.vpc.selectSubnets(this.network.workerSubnets).subnets },
      securityGroups: [this.network.workerSecurityGroup],
      assignPublicIp: this.network.assignPublicIp ?? false,
      platformVersion: ecs.FargatePlatformVersion.VERSION1_4,
      circuitBreaker: { enable: true, rollback: true },
      // A new worker runs before an old one stops. The desired count is left out: scaling owns it, and the one task of a
      // first deployment proves that the image starts.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
    });
  }

  private insight(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      dimensionsMap: { ClusterName: this.cluster.clusterName, ServiceName: this.service.serviceName },
      statistic: cloudwatch.Stats.AVERAGE,
      period: Duration.minutes(1),
      ...options,
    }).attachTo(this);
  }
}
