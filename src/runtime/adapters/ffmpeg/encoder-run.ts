import { ChildProcess } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';
import { inputPath, launcherOptions, ProcessLimits } from './launcher';
import { LineSplitter } from './line-splitter';
import { toolFailure } from './tool-failure';
import { LONGEST_TIMER_MS, ToolExit } from './tool-process';
import { FfmpegArguments } from '../../domain/encode-plan';
import { RejectedError, RejectionCode, TransientError } from '../../domain/errors';
import { UNTRUSTED_GLOBAL_OPTIONS } from '../../domain/untrusted-input';

export interface EncoderRun {
  readonly launcher: string;
  readonly limits: ProcessLimits;
  readonly arguments: FfmpegArguments;
  readonly sourceFile: string;
  readonly outputFolder: string;
  readonly timeLimitSeconds: number;
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
  /** Seconds of output so far. */
  readonly onOutTime: (seconds: number) => void;
}

/** What we need of fluent-ffmpeg beyond its types. */
type Command = Omit<ffmpeg.FfmpegCommand, 'availableEncoders'> & {
  ffmpegProc?: ChildProcess;
  _checkCapabilities(done: (error?: Error) => void): void;
  availableEncoders(done: (error: Error | null, encoders: object) => void): void;
};

/**
 * fluent-ffmpeg asks ffmpeg for its formats and encoders before every command, and reads the tables with expressions
 * that newer versions no longer match. Ours is a fixed image whose encoders the tests exercise.
 */
function withoutCapabilityChecks(command: Command): Command {
  command._checkCapabilities = done => done();
  command.availableEncoders = done => done(null, {});
  return command;
}

/** Reports every half second; `-v error` leaves only what explains a failure. */
const REPORTING = ['-nostdin', '-hide_banner', '-nostats', '-v', 'error', '-progress', 'pipe:1', '-stats_period', '0.5'];

function buildCommand(run: EncoderRun): Command {
  const command = withoutCapabilityChecks(ffmpeg({ cwd: run.outputFolder }) as unknown as Command);
  command.setFfmpegPath(run.launcher);
  const global = [...launcherOptions('ffmpeg', run.limits), ...REPORTING, ...UNTRUSTED_GLOBAL_OPTIONS, '-xerror'];
  run.arguments.inputs.forEach((options, index) => {
    command.input(inputPath(run.sourceFile)).inputOptions(...(index === 0 ? global : []), ...options);
  });
  if (run.arguments.filterGraph !== '') command.complexFilter(run.arguments.filterGraph);
  for (const output of run.arguments.outputs) command.output(output.file).outputOptions(...(output.options as [string, string]));
  return command;
}

/** Runs one ffmpeg command to its end, under a watchdog. */
export async function runEncoder(run: EncoderRun): Promise<void> {
  run.signal.throwIfAborted();
  const command = buildCommand(run);
  let stopped: 'time-limit' | 'stall' | undefined;
  const kill = (why?: 'time-limit' | 'stall') => {
    stopped ??= why;
    command.kill('SIGKILL');
  };
  const onAbort = () => kill();
  run.signal.addEventListener('abort', onAbort, { once: true });
  const timeLimit = setTimeout(() => kill('time-limit'), Math.min(LONGEST_TIMER_MS, run.timeLimitSeconds * 1000));
  const watchdog = new Watchdog(run.stallSeconds, () => kill('stall'));
  try {
    const exit = await execute(command, line => {
      watchdog.observe(line);
      const micros = /^out_time_us=(\d+)$/.exec(line);
      if (micros) run.onOutTime(Number(micros[1]) / 1e6);
    });
    run.signal.throwIfAborted();
    if (stopped === 'stall') throw new TransientError('ENCODER_STALLED', `ffmpeg made no progress for ${run.stallSeconds} s and was killed.`);
    if (stopped === 'time-limit') {
      throw new RejectedError(RejectionCode.RESOURCE_LIMIT, `The encode took more than ${Math.round(run.timeLimitSeconds)} s, although it moved on.`);
    }
    const failure = toolFailure('ffmpeg', exit);
    if (failure) throw failure;
  } finally {
    clearTimeout(timeLimit);
    watchdog.stop();
    run.signal.removeEventListener('abort', onAbort);
  }
}

async function execute(command: Command, onLine: (line: string) => void): Promise<ToolExit> {
  return new Promise((resolve, reject) => {
    // fluent-ffmpeg forgets its process before it reports an error.
    let child: ChildProcess | undefined;
    command.once('start', () => {
      const lines = new LineSplitter(onLine);
      child = command.ffmpegProc;
      child!.stdout!.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk));
    });
    command.once('end', () => resolve({ code: 0, signal: null, stderr: '' }));
    command.once('error', (error: Error, _stdout: string | null, stderr: string | null) => {
      const { exitCode: code = null, signalCode: signal = null } = child ?? {};
      // Without an exit there was no process: the launcher could not be started.
      if (code === null && signal === null) reject(error);
      else resolve({ code, signal, stderr: stderr ?? '' });
    });
    command.run();
  });
}

/** Fires when the encoder's picture counter or output size has stood still for too long. */
class Watchdog {
  private readonly timer: NodeJS.Timeout;
  private readonly seen = new Map<string, string>();

  constructor(seconds: number, onStall: () => void) {
    this.timer = setTimeout(onStall, seconds * 1000);
  }

  observe(line: string): void {
    const [key, value] = line.split('=', 2);
    if (key !== 'frame' && key !== 'total_size' && key !== 'out_time_us') return;
    if (this.seen.get(key) !== value) this.timer.refresh();
    this.seen.set(key, value);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
