import { UsageError } from './options';
import { isPortFree } from '../free-port';

const USUAL_PORT = 8080;
const ANY_PORT = 0;

/**
 * Ports to try in this order: the one that was asked for, or the usual one and then any. The platform binds it seconds later, when another
 * may have taken the usual one.
 *
 * @throws UsageError when the one that was asked for is in use
 */
export async function choosePorts(wanted?: number): Promise<readonly number[]> {
  if (wanted === undefined) return [USUAL_PORT, ANY_PORT];
  if (await isPortFree(wanted)) return [wanted];
  throw new UsageError(`Port ${wanted} of 127.0.0.1 is in use; choose another with --port, or end what uses it`);
}
