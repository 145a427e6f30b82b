import { LogFields, Logger, Metrics } from '../../../src/runtime/ports/telemetry';

export interface LogLine extends LogFields {
  readonly level: string;
  readonly message: string;
}

/** Keeps every line, with the fields of the loggers it came through. */
export class RecordedLogger implements Logger {
  constructor(readonly lines: LogLine[] = [], private readonly context: LogFields = {}) {}

  debug = (message: string, fields: LogFields = {}) => this.write('DEBUG', message, fields);
  info = (message: string, fields: LogFields = {}) => this.write('INFO', message, fields);
  warn = (message: string, fields: LogFields = {}) => this.write('WARN', message, fields);
  error = (message: string, fields: LogFields = {}) => this.write('ERROR', message, fields);

  child(fields: LogFields): Logger {
    return new RecordedLogger(this.lines, { ...this.context, ...fields });
  }

  private write(level: string, message: string, fields: LogFields): void {
    this.lines.push({ ...this.context, ...fields, level, message });
  }
}

export class RecordedMetrics implements Metrics {
  readonly added: Record<string, number> = {};
  flushes = 0;

  count(name: string): void {
    this.add(name, 1);
  }

  add(name: string, value: number): void {
    this.added[name] = (this.added[name] ?? 0) + value;
  }

  flush(): void {
    this.flushes += 1;
  }
}
