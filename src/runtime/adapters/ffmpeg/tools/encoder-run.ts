import ffmpeg from 'fluent-ffmpeg';
import { DecodeDamage } from './decode-damage';
import { inputPath, launcherOptions, ProcessLimits } from './launcher';
import { toolFailure } from './tool-failure';
import { LONGEST_TIMER_MS, ToolExit } from './tool-process';
import { RejectedError, RejectionCode, TransientError } from '../../../domain/errors';
import { FailureCode } from '../../../domain/failure-codes';
import { EncodeCommand } from '../command/encode-command';
import { positionOf } from '../command/position-filters';
import { UNTRUSTED_GLOBAL_OPTIONS } from '../command/untrusted-input';

export interface EncoderRun {
  readonly launcher: string;
  readonly limits: ProcessLimits;
  readonly command: EncodeCommand;
  readonly sourceFile: string;
  readonly outputFolder: string;
  readonly timeLimitSeconds: number;
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
  /** Counts what could not be decoded. */
  readonly damage: DecodeDamage;
  /** Seconds of output so far. */
  readonly onOutTime: (seconds: number) => void;
}

/**
 * Every repetition counts, and warnings speak of frames that were decoded in part. Progress goes to standard error, every half second,
 * since that is the stream whose lines fluent-ffmpeg hands on.
 */
const REPORTING = ['-nostdin', '-hide_banner', '-nostats', '-v', 'repeat+level+warning', '-progress', 'pipe:2', '-stats_period', '0.5'];
/** `frame=12`, `stream_0_0_q=28.0`: a line of ffmpeg's progress report. */
const PROGRESS_LINE = /^([a-z][a-z0-9_]*)= *(\S*)\s*$/;
/** What is printed at the level of errors or above. */
const ERROR_LINE = /\[(?:error|fatal|panic)\] /;
const LEVELLED_LINE = /\[(?:quiet|panic|fatal|error|warning|info|verbose|debug)\] /;
/** Lines of standard error kept to explain a failure: the last ones. */
const KEPT_LINES = 100;

/** Its types ask for an error where its documentation says null. */
const NO_ERROR = null as unknown as Error;

/**
 * fluent-ffmpeg asks ffmpeg for its formats and encoders before every command, and reads the tables with expressions
 * that newer versions no longer match. Ours is a fixed image whose encoders the tests exercise: the answer is what the command uses.
 */
function withoutCapabilityChecks(command: ffmpeg.FfmpegCommand, formats: readonly string[]): ffmpeg.FfmpegCommand {
  const usable = { description: '', canDemux: true, canMux: true };
  command.availableFormats = done => done(NO_ERROR, Object.fromEntries(formats.map(format => [format, usable])));
  command.availableEncoders = done => done(NO_ERROR, {});
  return command;
}

function buildCommand(run: EncoderRun): ffmpeg.FfmpegCommand {
  const { input, outputs, filterGraph } = run.command;
  const formats = [input, ...outputs.map(({ options }) => options)].map(options => options[options.indexOf('-f') + 1]);
  const command = withoutCapabilityChecks(ffmpeg({ cwd: run.outputFolder }), formats);
  command.setFfmpegPath(run.launcher);
  command.input(inputPath(run.sourceFile)).inputOptions(...launcherOptions('ffmpeg', run.limits), ...REPORTING, ...UNTRUSTED_GLOBAL_OPTIONS, ...input);
  if (filterGraph !== '') command.complexFilter(filterGraph);
  for (const output of outputs) command.output(output.file).outputOptions(...(output.options as [string, string]));
  return command;
}

/** ffmpeg gives up the one output that cannot be written and works on for the others; to us all are needed. */
const OUTPUT_FAILED = /No space left on device|Disk quota exceeded|Read-only file system|File too large/;

const CHANGING_AUDIO = /Changing audio frame properties on the fly/;

/** The audio changes its shape on the way, which the filters cannot follow. */
export class ChangingAudioError extends RejectedError {
  constructor(message: string) {
    super(RejectionCode.UNREADABLE, message);
  }
}

/** Runs one ffmpeg command to its end, under a watchdog. */
export async function runEncoder(run: EncoderRun): Promise<void> {
  run.signal.throwIfAborted();
  const command = buildCommand(run);
  let stopped: 'time-limit' | 'stall' | 'output-failed' | 'damaged' | undefined;
  const kill = (why?: typeof stopped) => {
    stopped ??= why;
    command.kill('SIGKILL');
  };
  const onAbort = () => kill();
  run.signal.addEventListener('abort', onAbort, { once: true });
  const timeLimit = setTimeout(() => kill('time-limit'), Math.min(LONGEST_TIMER_MS, run.timeLimitSeconds * 1000));
  const watchdog = new Watchdog(run.stallSeconds, () => kill('stall'));
  try {
    const exit = await execute(command, {
      onMessage: line => {
        if (OUTPUT_FAILED.test(line)) kill('output-failed');
        else if (run.damage.observe(line)) kill('damaged');
      },
      onPosition: seconds => run.damage.reached(seconds),
      onProgress: (key, value) => {
        watchdog.observe(key, value);
        if (key === 'out_time_us' && /^\d+$/.test(value)) run.onOutTime(Number(value) / 1e6);
      },
    });
    run.signal.throwIfAborted();
    if (stopped === 'stall') throw new TransientError(FailureCode.ENCODER_STALLED, `ffmpeg made no progress for ${run.stallSeconds} s and was killed.`);
    if (stopped === 'time-limit') {
      throw new RejectedError(RejectionCode.RESOURCE_LIMIT, `The file took more than ${Math.round(run.timeLimitSeconds)} s to decode and encode.`);
    }
    if (stopped === 'damaged') {
      throw new RejectedError(RejectionCode.UNREADABLE, 'More than a tenth of the file is damaged.');
    }
    if (exit.code !== 0 && CHANGING_AUDIO.test(exit.stderr)) {
      throw new ChangingAudioError('The audio changes its channels on the way.');
    }
    const failure = toolFailure('ffmpeg', stopped === 'output-failed' ? { ...exit, code: 1, signal: null } : exit);
    if (failure) throw failure;
  } finally {
    clearTimeout(timeLimit);
    watchdog.stop();
    run.signal.removeEventListener('abort', onAbort);
  }
}

interface Listener {
  readonly onMessage: (line: string) => void;
  readonly onPosition: (seconds: number) => void;
  readonly onProgress: (key: string, value: string) => void;
}

async function execute(command: ffmpeg.FfmpegCommand, listener: Listener): Promise<ToolExit> {
  const lines: string[] = [];
  const stderr = () => lines.join('\n');
  return new Promise((resolve, reject) => {
    command.on('stderr', (line: string) => {
      const progress = PROGRESS_LINE.exec(line);
      if (progress) return listener.onProgress(progress[1], progress[2]);
      const position = positionOf(line);
      if (position !== undefined) return listener.onPosition(position);
      listener.onMessage(line);
      // What has no level is the launcher's, or a library's.
      if (ERROR_LINE.test(line) || !LEVELLED_LINE.test(line)) lines.push(line.replace(ERROR_LINE, ''));
      if (lines.length > KEPT_LINES) lines.shift();
    });
    command.once('end', () => resolve({ code: 0, signal: null, stderr: stderr() }));
    command.once('error', (error: Error) => {
      const exit = EXIT.exec(error.message);
      // Without an exit there was no process: the launcher could not be started.
      if (!exit) reject(error);
      else resolve({ code: exit[1] ? Number(exit[1]) : null, signal: (exit[2] ?? null) as NodeJS.Signals | null, stderr: stderr() });
    });
    command.run();
  });
}

/** How fluent-ffmpeg words the end of the process. */
const EXIT = /^ffmpeg (?:exited with code (\d+)|was killed with signal (SIG\w+))/;

/** Fires when the encoder's frame counter and output size have not changed for too long. */
class Watchdog {
  private readonly timer: NodeJS.Timeout;
  private readonly seen = new Map<string, string>();

  constructor(seconds: number, onStall: () => void) {
    this.timer = setTimeout(onStall, seconds * 1000);
  }

  observe(key: string, value: string): void {
    if (key !== 'frame' && key !== 'total_size' && key !== 'out_time_us') return;
    if (this.seen.get(key) !== value) this.timer.refresh();
    this.seen.set(key, value);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
