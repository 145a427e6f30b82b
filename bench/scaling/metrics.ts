import { Datapoint, evaluate } from './expression';
import { Query } from './read-template';

const MINUTE = 60;

/** When a datapoint of a metric can be read. */
export interface Lateness {
  /** Seconds. */
  readonly queue: number;
  readonly tasks: number;
}

/** What CloudWatch holds: one datapoint per metric and minute, some of them late, some never sent. */
export class Metrics {
  private readonly datapoints = new Map<string, Datapoint[]>();

  constructor(private readonly late: Lateness) {}

  record(metric: string, value: Datapoint): void {
    this.datapoints.set(metric, [...this.datapoints.get(metric) ?? [], value]);
  }

  /** The newest `count` values of an expression, oldest first. An alarm looks at the newest period that any of its metrics has data of. */
  series({ expression, metrics }: Query, count: number, now: number): Datapoint[] {
    const newest = now / MINUTE;
    const readableUntil = (name: string) => newest - Math.floor((/TaskCount/.test(name) ? this.late.tasks : this.late.queue) / MINUTE);
    const last = Math.max(...Object.values(metrics).map(readableUntil));
    return Array.from({ length: count }, (_, index) => last - count + 1 + index).map(period => {
      if (period < 0) return undefined;
      const values = Object.entries(metrics)
        .map(([id, name]) => [id, period <= readableUntil(name) ? this.datapoints.get(name)?.[period] : undefined] as const);
      return evaluate(expression, Object.fromEntries(values));
    });
  }
}
