import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { METRIC, SERVICE_DIMENSION } from '../../runtime/contract';

const period = Duration.minutes(1);

export function errorPercentage(stage: apigateway.Stage): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    label: 'Requests that end in 5xx, %',
    // Without requests there is no percentage: division by nothing yields no data.
    expression: '100 * errors / requests',
    usingMetrics: {
      errors: stage.metricServerError({ period, statistic: cloudwatch.Stats.SUM }),
      requests: stage.metricCount({ period, statistic: cloudwatch.Stats.SUM }),
    },
    period,
  });
}

/** Milliseconds. */
export function latencyP95(stage: apigateway.Stage): cloudwatch.IMetric {
  return stage.metricLatency({ period, statistic: 'p95' });
}

/** Jobs that wait while no worker holds one. The scaler publishes it only where there are some. */
export function unattendedJobs(namespace: string): cloudwatch.IMetric {
  return new cloudwatch.Metric({
    namespace,
    metricName: METRIC.JOBS_UNATTENDED,
    dimensionsMap: { [SERVICE_DIMENSION]: 'scaler' },
    period,
    statistic: cloudwatch.Stats.MAXIMUM,
  });
}

/** Events that Lambda gave up after two retries ("Types of metrics for Lambda functions", asynchronous invocation). */
export function droppedEvents(handler: lambda.IFunction): cloudwatch.IMetric {
  return handler.metric('AsyncEventsDropped', { period: Duration.minutes(5), statistic: cloudwatch.Stats.SUM });
}

export function failedJobs(namespace: string): cloudwatch.IMetric {
  return new cloudwatch.Metric({
    namespace,
    metricName: METRIC.JOBS_FAILED,
    dimensionsMap: { [SERVICE_DIMENSION]: 'processor' },
    period: Duration.minutes(5),
    statistic: cloudwatch.Stats.SUM,
  });
}

/** Per cent, of the busiest task. */
export function memoryUse(service: ecs.IBaseService): cloudwatch.IMetric {
  return serviceMetric(service, 'MemoryUtilization', cloudwatch.Stats.MAXIMUM);
}

/** CPU in per cent of the busiest task while jobs are in flight, and 100 while none are. */
export function stalledWorkers(service: ecs.IBaseService, inFlight: cloudwatch.IMetric): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    label: 'CPU while jobs are in flight, %',
    expression: 'IF(inFlight > 0, cpu, 100)',
    usingMetrics: { inFlight, cpu: serviceMetric(service, 'CPUUtilization', cloudwatch.Stats.MAXIMUM) },
    period,
  });
}

function serviceMetric(service: ecs.IBaseService, metricName: string, statistic: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/ECS',
    metricName,
    dimensionsMap: { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName },
    period,
    statistic,
  });
}
