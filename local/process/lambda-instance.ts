import { ChildProcess, fork } from 'node:child_process';
import type { FunctionError, HostMessage, InvokeMessage } from './lambda-protocol';
import { LogFile } from './log-file';

export interface LambdaInstanceOptions {
  /** The bundled bootstrap. */
  readonly bootstrapFile: string;
  readonly codeDirectory: string;
  /** Everything the process has; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly log: LogFile;
}

/** How one invocation ended. */
export type InvocationOutcome =
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly error: FunctionError };

/** Lambda gives a function this long to load; then it counts as failed. */
const INIT_TIMEOUT_MS = 10_000;

/** One process that hosts a function and serves one invocation at a time. */
export class LambdaInstance {
  readonly startedAt = Date.now();
  private readonly child: ChildProcess;
  private readonly initialized: Promise<FunctionError | undefined>;
  /** Killed, though its end has not been reported yet. */
  private condemned = false;
  private settle?: (outcome: InvocationOutcome) => void;

  constructor(options: LambdaInstanceOptions) {
    this.child = fork(options.bootstrapFile, [], {
      cwd: options.codeDirectory,
      env: options.environment,
      execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    options.log.follow(this.child.stdout!, 'INFO');
    options.log.follow(this.child.stderr!, 'ERROR');
    this.initialized = this.waitForInit();
    this.child.on('message', message => this.receive(message as HostMessage));
    this.child.on('error', error => options.log.write({ level: 'ERROR', message: `function process: ${error.message}` }));
    this.child.on('exit', (code, signal) => this.finish(exitError(code, signal)));
  }

  get alive(): boolean {
    return !this.condemned && this.child.exitCode === null && this.child.signalCode === null && this.child.connected;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs one invocation; the process is killed when it takes longer than its time. */
  async invoke(message: Omit<InvokeMessage, 'deadline'>, timeoutMs: number): Promise<InvocationOutcome> {
    const initError = await this.initialized;
    if (initError) {
      await this.stop();
      return { kind: 'error', error: initError };
    }
    return new Promise(resolve => {
      const timer = setTimeout(() => this.timeOut(timeoutMs), timeoutMs);
      this.settle = outcome => {
        clearTimeout(timer);
        this.settle = undefined;
        resolve(outcome);
      };
      if (!this.alive) return this.finish(exitError(this.child.exitCode, this.child.signalCode));
      this.child.send({ ...message, deadline: Date.now() + timeoutMs } satisfies InvokeMessage, error => {
        if (error) this.finish({ errorType: 'Runtime.ExitError', errorMessage: error.message });
      });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exited;
  }

  private waitForInit(): Promise<FunctionError | undefined> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve({ errorType: 'Sandbox.Timedout', errorMessage: `The function did not load in ${INIT_TIMEOUT_MS / 1000} s` }),
        INIT_TIMEOUT_MS);
      const done = (error?: FunctionError) => {
        clearTimeout(timer);
        resolve(error);
      };
      this.child.once('message', (message: HostMessage) => done(message.type === 'init-error' ? message.error : undefined));
      this.child.once('exit', (code, signal) => done(exitError(code, signal)));
      this.child.once('error', error => done({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message }));
    });
  }

  private receive(message: HostMessage): void {
    if (message.type === 'result') this.settle?.({ kind: 'result', payload: message.payload });
    if (message.type === 'error') this.finish(message.error);
  }

  private finish(error: FunctionError): void {
    this.settle?.({ kind: 'error', error });
  }

  private timeOut(timeoutMs: number): void {
    this.condemned = true;
    this.child.kill('SIGKILL');
    this.finish({ errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` });
  }
}

function exitError(code: number | null, signal: NodeJS.Signals | null): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `The function's process ended: ${signal ?? `exit status ${code}`}` };
}
