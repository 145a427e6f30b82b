import { Metrics as PowertoolsMetrics, MetricUnit as EmfUnit } from '@aws-lambda-powertools/metrics';
import { CODE_DIMENSION } from '../../contract';
import { Metrics, MetricUnit } from '../../ports/telemetry';

const UNITS: Record<MetricUnit, (typeof EmfUnit)[keyof typeof EmfUnit]> = {
  Count: EmfUnit.Count,
  Seconds: EmfUnit.Seconds,
  Bytes: EmfUnit.Bytes,
};

/** Metrics in the embedded metric format: lines on standard output that CloudWatch Logs turns into metrics, without a call. */
export class EmfMetrics implements Metrics {
  private readonly metrics: PowertoolsMetrics;

  constructor(namespace: string, service: string) {
    // The service name becomes the dimension `service`, which the alarms read as SERVICE_DIMENSION.
    this.metrics = new PowertoolsMetrics({ namespace, serviceName: service });
  }

  add(name: string, value: number, unit: MetricUnit = 'Count'): void {
    this.metrics.addMetric(name, UNITS[unit], value);
  }

  count(name: string, code: string): void {
    this.add(name, 1);
    // A record of its own, written at once: dimensions hold for every metric of a record.
    this.metrics.singleMetric().addDimension(CODE_DIMENSION, code).addMetric(name, EmfUnit.Count, 1);
  }

  flush(): void {
    // Publishing nothing prints a warning.
    if (this.metrics.hasStoredMetrics()) this.metrics.publishStoredMetrics();
  }
}
