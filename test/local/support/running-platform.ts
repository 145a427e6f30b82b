import { ChildProcess, fork } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Commands } from './platform-child';
import type { LocalPlatformOptions } from '../../../local/platform';

const REPOSITORY = path.resolve(__dirname, '..', '..', '..');

export type StartedPlatform = Awaited<ReturnType<Commands['start']>>;

/** A folder inside the repository, where assets find its `node_modules`; the caller removes it. */
export function temporaryFolder(name: string): string {
  const root = path.join(REPOSITORY, '.local', 'tests');
  fs.mkdirSync(root, { recursive: true });
  return fs.mkdtempSync(path.join(root, `${name}-`));
}

/** Looks again and again until there is a value. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, timeoutMs = 10_000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing came within ${timeoutMs} ms: ${look.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** A platform in its own process, for tests. */
export class RunningPlatform {
  static async start(options: LocalPlatformOptions): Promise<RunningPlatform> {
    const child = fork(path.join(__dirname, 'platform-child.ts'), [], {
      cwd: REPOSITORY,
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    const platform = new RunningPlatform(child);
    try {
      platform.started = await platform.call('start', options);
      return platform;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  started!: StartedPlatform;
  private nextId = 1;
  private readonly pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

  private constructor(readonly child: ChildProcess) {
    child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const call = this.pending.get(id)!;
      this.pending.delete(id);
      if (error === undefined) call.resolve(result as never);
      else call.reject(new Error(error));
    });
    child.on('exit', code => this.pending.forEach(({ reject }) => reject(new Error(`the platform's process ended with ${code}`))));
  }

  get api(): string {
    return this.started.endpoints.api;
  }

  call<C extends keyof Commands>(command: C, ...args: Parameters<Commands[C]>): ReturnType<Commands[C]> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.child.send({ id, command, args });
    }) as ReturnType<Commands[C]>;
  }

  async close(): Promise<void> {
    await this.call('close');
    const exited = new Promise(resolve => this.child.once('exit', resolve));
    this.child.disconnect();
    await exited;
  }
}
