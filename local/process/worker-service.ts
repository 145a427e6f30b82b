import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { LogFile } from './log-file';
import { killGroup } from './process-group';

export interface WorkerOptions {
  readonly imageDirectory: string;
  readonly workingDirectory: string;
  /** Everything the process has; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stopTimeoutSeconds: number;
  readonly log: LogFile;
  /** Told of every process that starts and ends, by its number. */
  readonly onStart?: (pid: number) => void;
  readonly onExit?: (pid: number, code: number | null, signal: NodeJS.Signals | null) => void;
}

/** ECS slows down for a task that keeps stopping; a minute up counts as healthy again. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
/** Enough for the first signal to have been handled. */
const SECOND_SIGNAL_MS = 250;

/** Keeps one worker process running, as the ECS service keeps its desired count. */
export class WorkerService {
  private child?: ChildProcess;
  private restart?: NodeJS.Timeout;
  private exits = 0;
  private stopping = false;

  constructor(private readonly options: WorkerOptions) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** How often in a row it has ended without having been healthy in between. */
  get failures(): number {
    return this.exits;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  start(): void {
    this.stopping = false;
    const { options } = this;
    // Its own process group: Ctrl-C of the terminal goes to the platform alone, and whatever it started ends with it.
    const child = spawn(process.execPath, [path.join(options.imageDirectory, 'index.js')], {
      cwd: options.workingDirectory,
      env: options.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const startedAt = Date.now();
    options.log.follow(child.stdout, 'INFO');
    options.log.follow(child.stderr, 'ERROR');
    child.on('error', error => options.log.write({ level: 'ERROR', message: `worker process: ${error.message}` }));
    if (child.pid === undefined) return;
    options.onStart?.(child.pid);
    child.on('exit', (code, signal) => this.exited(child, startedAt, code, signal));
  }

  /**
   * SIGTERM, the stop timeout of the task, SIGKILL: as ECS stops a task.
   *
   * @param hurry asks a second time, which makes the worker give its jobs back instead of ending those that it still could
   */
  async stop(hurry = false): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const again = hurry ? setTimeout(() => child.kill('SIGTERM'), SECOND_SIGNAL_MS) : undefined;
    const timer = setTimeout(() => killGroup(child.pid!), this.options.stopTimeoutSeconds * 1000);
    await exited;
    clearTimeout(again);
    clearTimeout(timer);
  }

  /** SIGKILL at once, as when the host is lost; the service starts another one. */
  kill(): void {
    if (this.child?.pid !== undefined) killGroup(this.child.pid);
  }

  private exited(child: ChildProcess, startedAt: number, code: number | null, signal: NodeJS.Signals | null): void {
    this.child = undefined;
    killGroup(child.pid!);
    this.options.log.write({ level: this.stopping ? 'INFO' : 'ERROR', message: 'worker exited', pid: child.pid, code, signal });
    this.options.onExit?.(child.pid!, code, signal);
    if (this.stopping) return;
    this.exits = Date.now() - startedAt > HEALTHY_AFTER_MS ? 1 : this.exits + 1;
    const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.exits - 1));
    this.restart = setTimeout(() => this.start(), backoff);
  }
}
