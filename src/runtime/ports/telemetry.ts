/** Structured logs and metrics. Fields are JSON; no personal data, no secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields (correlationId, videoId…) to every line. */
  child(fields: LogFields): Logger;
}

export type MetricUnit = 'Count' | 'Seconds' | 'Bytes';

export interface Metrics {
  add(name: string, value: number, unit?: MetricUnit): void;
  /** Counts one event under `name`, and one more under `name` with the dimension `code`. */
  count(name: string, code: string): void;
  /** Writes what was added since the last flush. */
  flush(): void;
}
