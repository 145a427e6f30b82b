import { spawn } from 'node:child_process';
import { launcherOptions, ProcessLimits, Tool } from './launcher';

export interface ToolExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** First part of what it said. */
  readonly stderr: string;
  /** Why we ended it, if we did. */
  readonly stopped?: 'time-limit' | 'output-limit';
}

export interface ToolRun {
  readonly launcher: string;
  readonly tool: Tool;
  readonly arguments: readonly string[];
  readonly limits: ProcessLimits;
  readonly timeLimitSeconds: number;
  /** Bytes of standard output after which the run is stopped. */
  readonly outputLimitBytes: number;
  readonly onOutput: (chunk: Buffer) => void;
  readonly signal: AbortSignal;
  readonly cwd?: string;
}

/** `setTimeout` takes at most 2^31 - 1 ms (24.8 days); a longer delay fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

const STDERR_BYTES = 16 * 1024;

/** Runs a tool to its end, however that comes. Throws the signal's reason when aborted. */
export async function runTool(run: ToolRun): Promise<ToolExit> {
  run.signal.throwIfAborted();
  const child = spawn(run.launcher, [...launcherOptions(run.tool, run.limits), ...run.arguments], {
    cwd: run.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stopped: ToolExit['stopped'];
  const stop = (why: ToolExit['stopped']) => {
    stopped ??= why;
    child.kill('SIGKILL');
  };
  const onAbort = () => child.kill('SIGKILL');
  run.signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop('time-limit'), Math.min(LONGEST_TIMER_MS, run.timeLimitSeconds * 1000));

  let outputBytes = 0;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes > run.outputLimitBytes) stop('output-limit');
    else run.onOutput(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (stderr.length < STDERR_BYTES) stderr += chunk;
  });
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
    });
    run.signal.throwIfAborted();
    return { code, signal, stderr: stderr.slice(0, STDERR_BYTES), stopped };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onAbort);
  }
}

/** Runs a tool and returns its whole standard output, which must be small. */
export async function captureTool(run: Omit<ToolRun, 'onOutput'>): Promise<ToolExit & { readonly stdout: Buffer }> {
  const chunks: Buffer[] = [];
  const exit = await runTool({ ...run, onOutput: chunk => { chunks.push(chunk); } });
  return { ...exit, stdout: Buffer.concat(chunks) };
}
