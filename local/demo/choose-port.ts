import { isPortFree } from '../free-port';
import { UsageError } from './options';

const USUAL_PORT = 8080;

/**
 * @returns undefined for any free one
 * @throws UsageError when the one that was asked for is in use
 */
export async function choosePort(wanted?: number): Promise<number | undefined> {
  if (wanted === undefined) return await isPortFree(USUAL_PORT) ? USUAL_PORT : undefined;
  if (await isPortFree(wanted)) return wanted;
  throw new UsageError(`Port ${wanted} of 127.0.0.1 is in use; choose another with --port, or end what uses it`);
}
