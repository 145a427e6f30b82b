import { format } from 'node:util';
import { Logger } from '../../ports/telemetry';

/** Libraries that warn on the console do so as entries of the log: each of its lines is JSON, and the SDK minds no logger in all places. */
export function logLibraryOutput(logger: Logger): void {
  console.warn = console.error = (...said: unknown[]) => logger.warn('A library warns', { said: format(...said) });
}
