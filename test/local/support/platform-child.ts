/**
 * The local platform in a process of its own, driven over IPC. Started with tsx: some of what the platform uses is ES
 * modules, which jest cannot load; and a separate process shows what a test of signals and leftovers must see.
 */
import { IssuedTokens, TokenOptions } from '../../../local/identity';
import { LocalPlatform, LocalPlatformOptions } from '../../../local/platform';

const COMMANDS = {
  start: async (options: LocalPlatformOptions) => {
    platform = await LocalPlatform.start(options);
    const { endpoints, resources, workerEnvironment, logDirectory, apiHost } = platform;
    return { endpoints, resources, workerEnvironment, logDirectory, apiHost };
  },
  issueTokens: (user: string, options?: TokenOptions): Promise<IssuedTokens> => running().issueTokens(user, options),
  operatorCredential: async () => running().operatorCredential(),
  invokeFunction: (logicalId: string, event: object) => running().invokeFunction(logicalId, event),
  workerPid: async () => running().worker.pid,
  killWorker: async () => running().kill(),
  stopWorker: () => running().worker.stop(),
  usage: async () => running().usage(),
  unusedGrants: async () => running().unusedGrants(),
  close: async () => running().close(),
};

export type Commands = typeof COMMANDS;

let platform: LocalPlatform | undefined;

function running(): LocalPlatform {
  if (!platform) throw new Error('the platform has not been started');
  return platform;
}

process.on('message', async ({ id, command, args }: { id: number; command: keyof Commands; args: never[] }) => {
  try {
    process.send!({ id, result: await (COMMANDS[command] as (...all: unknown[]) => Promise<unknown>)(...args) });
  } catch (error) {
    process.send!({ id, error: String(error) });
  }
});

// The test is gone, or has timed out: leave nothing behind.
process.on('disconnect', () => void platform?.close().finally(() => process.exit(0)));
