import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { compileEventPattern } from '../../../local/aws/events/event-pattern';
import { PlatformAlarms, PlatformAlarmsProps } from '../../../src/constructs/observability/platform-alarms';
import { ProcessingQueue } from '../../../src/constructs/queue/processing-queue';
import { METRIC, SERVICE_DIMENSION } from '../../../src/runtime/contract';
import { findings, only, resources, testStack } from '../../support/stacks';

const CLUSTER = 'arn:aws:ecs:us-east-1:111122223333:cluster/videos';

function alarms(stack: Stack, props: Partial<PlatformAlarmsProps> = {}): PlatformAlarms {
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  api.root.addMethod('GET');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-east-1a'] });
  const service = ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', {
    serviceName: 'workers', cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'videos', vpc }),
  });
  const [uploader, scaler] = ['uploader', 'scaler'].map(name => lambda.Function.fromFunctionName(stack, name, name));
  return new PlatformAlarms(stack, 'Alarms', {
    apiStage: api.deploymentStage, queue: new ProcessingQueue(stack, 'Queue'), service, uploader, scaler, ...props,
  });
}

/** The properties of each alarm by the last part of its name. */
function synthesized(stack: Stack): Record<string, Record<string, any>> {
  const found = Object.values(resources(stack, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  return Object.fromEntries(found.map(alarm => [alarm.AlarmName.split('-').pop(), alarm]));
}

describe('PlatformAlarms', () => {
  it('goes off at the thresholds of the specification', () => {
    const stack = testStack();
    alarms(stack);
    expect(synthesized(stack)).toMatchObject({
      ApiErrors: { Threshold: 5, EvaluationPeriods: 5, DatapointsToAlarm: 5, ComparisonOperator: 'GreaterThanThreshold' },
      ApiLatency: { Threshold: 2000, EvaluationPeriods: 5, Period: 60, ExtendedStatistic: 'p95', MetricName: 'Latency' },
      Backlog: { Threshold: 1000, ComparisonOperator: 'GreaterThanThreshold', MetricName: 'ApproximateNumberOfMessagesVisible' },
      OldestJob: { Threshold: 7200, MetricName: 'ApproximateAgeOfOldestMessage' },
      DeadLetters: { Threshold: 1, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
      FailedJobs: { Threshold: 1, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
      WorkerMemory: { Threshold: 90, EvaluationPeriods: 5, MetricName: 'MemoryUtilization' },
      UnattendedJobs: {
        Threshold: 1, EvaluationPeriods: 20, DatapointsToAlarm: 20, MetricName: 'JobsUnattended', Dimensions: [{ Name: SERVICE_DIMENSION, Value: 'scaler' }],
      },
      UploaderEvents: { Threshold: 1, EvaluationPeriods: 1, MetricName: 'AsyncEventsDropped' },
      ScalerEvents: { Threshold: 1, EvaluationPeriods: 1, MetricName: 'AsyncEventsDropped' },
      WorkerCpu: { Threshold: 5, EvaluationPeriods: 15, ComparisonOperator: 'LessThanThreshold' },
    });
  });

  it('counts the events of each function for itself', () => {
    const stack = testStack();
    alarms(stack);
    for (const [alarm, name] of [['UploaderEvents', 'uploader'], ['ScalerEvents', 'scaler']]) {
      expect(JSON.stringify(synthesized(stack)[alarm].Dimensions)).toContain(`:function:${name}"`);
    }
  });

  it('computes the share of requests that fail', () => {
    const stack = testStack();
    alarms(stack);
    const { Metrics } = synthesized(stack).ApiErrors;
    expect(Metrics.find((metric: any) => metric.ReturnData).Expression).toBe('100 * errors / requests');
    const inputs = Metrics.filter((metric: any) => !metric.ReturnData)
      .map(({ Id, MetricStat }: any) => [Id, MetricStat.Metric.MetricName, MetricStat.Stat, MetricStat.Period]);
    expect(inputs).toEqual([['errors', '5XXError', 'Sum', 60], ['requests', 'Count', 'Sum', 60]]);
  });

  it('takes idle workers for healthy and busy ones without CPU for hung', () => {
    const stack = testStack();
    alarms(stack);
    const { Metrics } = synthesized(stack).WorkerCpu;
    expect(Metrics.find((metric: any) => metric.ReturnData).Expression).toBe('IF(inFlight > 0, cpu, 100)');
  });

  it('reads failed jobs from the metric that the processor publishes', () => {
    const stack = testStack();
    alarms(stack, { metricsNamespace: 'Mine' });
    expect(synthesized(stack).FailedJobs).toMatchObject({
      Namespace: 'Mine', MetricName: METRIC.JOBS_FAILED, Dimensions: [{ Name: SERVICE_DIMENSION, Value: 'processor' }], Statistic: 'Sum',
    });
  });

  it('does not take silence for a fault', () => {
    const stack = testStack();
    alarms(stack);
    Object.values(synthesized(stack)).forEach(alarm => expect(alarm.TreatMissingData).toBe('notBreaching'));
  });

  it('names a page of the runbook that exists in every alarm', () => {
    const stack = testStack();
    alarms(stack);
    const runbook = readFileSync(path.resolve(__dirname, '..', '..', '..', 'docs', 'operator-runbook.md'), 'utf8');
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-'));
    for (const alarm of Object.values(synthesized(stack))) {
      const [, anchor] = /Runbook: https:\/\/\S+\/operator-runbook\.md#([a-z-]+)$/.exec(alarm.AlarmDescription)!;
      expect(anchors).toContain(anchor);
    }
  });

  it('points to a runbook of your own', () => {
    const stack = testStack();
    alarms(stack, { runbookUrl: 'https://wiki.example.com/videos' });
    expect(synthesized(stack).Backlog.AlarmDescription).toContain('https://wiki.example.com/videos#backlog');
  });

  it('notifies the topic of every alarm and of its end', () => {
    const stack = testStack();
    alarms(stack).notify(sns.Topic.fromTopicArn(stack, 'OnCall', 'arn:aws:sns:us-east-1:111122223333:on-call'));
    Object.values(synthesized(stack)).forEach(alarm => {
      expect(alarm.AlarmActions).toEqual(['arn:aws:sns:us-east-1:111122223333:on-call']);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    });
    expect(findings(stack).filter(finding => finding.includes('/Alarms/'))).toEqual([]);
  });

  describe('tells the topic of a worker that could not start', () => {
    const stack = testStack();
    alarms(stack).notify(sns.Topic.fromTopicArn(stack, 'OnCall', 'arn:aws:sns:us-east-1:111122223333:on-call'));
    const { EventPattern, Targets: [target] } = only(stack, 'AWS::Events::Rule');
    // The cluster's ARN has the partition as a reference.
    const matches = compileEventPattern('rule', { ...EventPattern, detail: { ...EventPattern.detail, clusterArn: [CLUSTER] } });
    /** Of the ECS developer guide, "Task state change events", with the fields that matter here. */
    const event = (detail: object = {}) => ({
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      detail: {
        clusterArn: CLUSTER,
        group: 'service:workers',
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: not found',
        taskArn: 'arn:aws:ecs:us-east-1:111122223333:task/videos/1',
        ...detail,
      },
    });

    it.each([
      ['that could not start', {}, true],
      ['that its scheduler stopped', { stopCode: 'ServiceSchedulerInitiated' }, false],
      ['that a Spot interruption stopped', { stopCode: 'SpotInterruption' }, false],
      ['of another service', { group: 'service:others' }, false],
      ['of another cluster', { clusterArn: `${CLUSTER}-2` }, false],
      ['that is still starting', { lastStatus: 'PENDING', stopCode: undefined }, false],
    ])('a task %s', (_what, detail, expected) => {
      expect(matches(JSON.parse(JSON.stringify(event(detail))))).toBe(expected);
    });

    it('with the reason, the task and a section of the runbook that exists', () => {
      expect(target.InputTransformer.InputPathsMap).toEqual({ 'detail-stoppedReason': '$.detail.stoppedReason', 'detail-taskArn': '$.detail.taskArn' });
      expect(target.InputTransformer.InputTemplate).toContain('operator-runbook.md#workers-that-do-not-start');
      expect(readFileSync(path.resolve(__dirname, '../../../docs/operator-runbook.md'), 'utf8')).toContain('\n## Workers that do not start\n');
      expect(JSON.stringify(EventPattern.detail.clusterArn)).toContain('cluster/videos');
    });
  });

  it('watches what it is given', () => {
    const stack = testStack();
    const { all, apiErrors, workerCpu } = new PlatformAlarms(stack, 'Alarms', { queue: new ProcessingQueue(stack, 'Queue') });
    expect(Object.keys(synthesized(stack)).sort()).toEqual(['Backlog', 'DeadLetters', 'FailedJobs', 'OldestJob']);
    expect(all).toHaveLength(4);
    expect([apiErrors, workerCpu]).toEqual([undefined, undefined]);
  });

  it.each([
    [{ backlogThreshold: -1 }, /backlogThreshold must be 0 or more, got -1/],
    [{ oldestJobAge: Duration.seconds(30) }, /oldestJobAge must be at least a minute, got 30 seconds/],
    [{ runbookUrl: 'wiki#alarms' }, /runbookUrl must be an https address without an anchor, got 'wiki#alarms'/],
  ])('refuses %j', (props, message) => {
    expect(() => new PlatformAlarms(testStack(), 'Alarms', props)).toThrow(message);
  });
});
