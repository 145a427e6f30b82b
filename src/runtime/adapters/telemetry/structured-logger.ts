import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import { isLogLevel, LOG_LEVELS } from '../../contract';
import { LogFields, Logger } from '../../ports/telemetry';

/** One JSON line per entry, in functions and in the container alike. Callers decide what to log; nothing is added from events. */
export class StructuredLogger implements Logger {
  /** @throws Error when the level is not one of DEBUG, INFO, WARN, ERROR. */
  static create(service: string, level: string): StructuredLogger {
    if (!isLogLevel(level)) throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}; got '${level}'.`);
    return new StructuredLogger(new PowertoolsLogger({ serviceName: service, logLevel: level }));
  }

  private constructor(private readonly logger: PowertoolsLogger) {}

  debug(message: string, fields: LogFields = {}): void {
    this.logger.debug(message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.logger.info(message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.logger.warn(message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.logger.error(message, fields);
  }

  child(fields: LogFields): Logger {
    const child = this.logger.createChild();
    child.appendKeys(fields);
    return new StructuredLogger(child);
  }
}
