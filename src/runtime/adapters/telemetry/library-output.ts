import { format } from 'node:util';
import { Logger } from '../../ports/telemetry';

/** Turns console warnings of libraries into JSON log lines; the AWS SDK does not use its logger everywhere. */
export function logLibraryOutput(logger: Logger): void {
  console.warn = console.error = (...said: unknown[]) => logger.warn('A library warns', { said: format(...said) });
}
