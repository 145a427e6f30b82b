/**
 * Runs in the function's own process, as Lambda's runtime does: loads the handler and serves one invocation at a time.
 * Knows nothing but the function's environment and the channel to the platform.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { FunctionError, HostMessage, InvokeMessage } from './lambda-protocol';

type Handler = (event: unknown, context: object) => unknown;

function send(message: HostMessage): void {
  process.send!(message);
}

function describe(error: unknown): FunctionError {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') };
  return { errorType: typeof error, errorMessage: String(error) };
}

/** `index.handler` is the export `handler` of the module `index`. */
function loadHandler(): Handler {
  const [, file, name] = /^(.+)\.([^./]+)$/.exec(process.env._HANDLER!) ?? [];
  const loaded = createRequire(path.join(process.env.LAMBDA_TASK_ROOT!, '/'))(`./${file}`) as Record<string, unknown>;
  if (typeof loaded[name] !== 'function') throw new Error(`${process.env._HANDLER} is undefined or not exported`);
  return loaded[name] as Handler;
}

function contextOf({ requestId, deadline, functionArn }: InvokeMessage): object {
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    send({ type: 'result', requestId: message.requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    send({ type: 'error', requestId: message.requestId, error: describe(error) });
  }
}

/** Names below `localhost` are this machine (RFC 6761), also where the system's resolver does not know it. */
function resolveLocalhost(): void {
  const dns = createRequire(path.join(process.env.LAMBDA_TASK_ROOT!, '/'))('node:dns') as Record<string, unknown>;
  const lookup = dns.lookup as (...values: unknown[]) => void;
  const patched = (host: string, ...rest: unknown[]) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest);
  Object.assign(dns, { lookup: patched });
}

function main(): void {
  resolveLocalhost();
  // The platform is gone: nobody will ask again.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole foreground group; the platform decides when a function ends.
  process.on('SIGINT', () => undefined);
  try {
    const handler = loadHandler();
    process.on('message', message => void invoke(handler, message as InvokeMessage));
    send({ type: 'ready' });
  } catch (error) {
    send({ type: 'init-error', error: describe(error) });
  }
}

main();
