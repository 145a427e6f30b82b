import { Tool } from './launcher';
import { ToolExit } from './tool-process';
import { PermanentError, RejectedError, RejectionCode, TransientError, VideoError } from '../../../domain/errors';
import { FailureCode, PermanentCode, TransientCode } from '../../../domain/failure-codes';

function permanent(code: PermanentCode) {
  return (detail: string) => new PermanentError(code, detail);
}

function transient(code: TransientCode) {
  return (detail: string) => new TransientError(code, detail);
}

/** What the owner reads; the tool's own words go to the log as the cause. */
const FINDINGS: Readonly<Partial<Record<RejectionCode, string>>> = {
  TOO_MANY_STREAMS: 'The file holds too many tracks.',
  DIMENSIONS_TOO_LARGE: 'The frames of the video are too large.',
  RESOURCE_LIMIT: 'The file needs more time, memory or disk than a video of its length may.',
  UNSUPPORTED_CODEC: 'The file holds a codec that is not supported.',
  EXTERNAL_REFERENCE: 'The file names media outside itself.',
  TRUNCATED: 'The file ends before its content does.',
};

function rejected(code: RejectionCode) {
  return (detail: string) => new RejectedError(code, FINDINGS[code] ?? 'The file is damaged and cannot be decoded.', { cause: new Error(detail) });
}

/**
 * How ffmpeg 5 and 7, and their encoders, say that no memory is left. A thread that cannot start, or an encoder that refuses input
 * which we prepared, usually means the same; often there is no other message.
 */
const OUT_OF_MEMORY = new RegExp([
  '(Cannot|Could not) allocate memory', 'malloc of size \\d+ failed', 'pthread_create\\(\\) failed', 'Resource temporarily unavailable',
  'Error while opening encoder', 'Error submitting video frame to the encoder',
].join('|'));
const TOO_MANY_PIXELS = /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/;

/** What a message of a tool means. The first row that matches wins; launcher and environment come before the file. */
const MEANINGS: ReadonlyArray<{ readonly says: RegExp; readonly means: (detail: string) => VideoError }> = [
  { says: /^ffmpeg-launcher: /m, means: permanent(FailureCode.LAUNCHER_FAILED) },
  {
    says: /Unknown encoder|No such filter|Unrecognized option|Option not found|Encoder not found/,
    means: permanent(FailureCode.FFMPEG_UNSUITABLE),
  },
  { says: /error while loading shared libraries/, means: permanent(FailureCode.FFMPEG_UNSUITABLE) },
  { says: /No space left on device|Disk quota exceeded/, means: transient(FailureCode.SCRATCH_FULL) },
  { says: /Read-only file system/, means: transient(FailureCode.SCRATCH_UNWRITABLE) },
  { says: /Number of streams exceeds max_streams/, means: rejected(RejectionCode.TOO_MANY_STREAMS) },
  { says: TOO_MANY_PIXELS, means: rejected(RejectionCode.DIMENSIONS_TOO_LARGE) },
  // After the two above: they, too, end in words about memory.
  { says: OUT_OF_MEMORY, means: rejected(RejectionCode.RESOURCE_LIMIT) },
  { says: /received signal 24|File too large/, means: rejected(RejectionCode.RESOURCE_LIMIT) },
  { says: /Codec \(.*\) not on whitelist/, means: rejected(RejectionCode.UNSUPPORTED_CODEC) },
  { says: /not on whitelist/i, means: rejected(RejectionCode.EXTERNAL_REFERENCE) },
  {
    says: /moov atom not found|partial file|ended prematurely|truncat(ed|ing)|corrupt input packet|End of file/i,
    means: rejected(RejectionCode.TRUNCATED),
  },
];

/** Signals that a program gets for what its input made it do, not from outside. */
const CRASHES: ReadonlySet<NodeJS.Signals> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL']);
/** Signals of the limits that the launcher set. */
const LIMIT_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set(['SIGXCPU', 'SIGXFSZ']);

/** Names the failure of a run that did not end well; undefined when it did. */
export function toolFailure(tool: Tool, exit: ToolExit): VideoError | undefined {
  if (exit.code === 0 && !exit.stopped) return undefined;
  const said = summary(exit.stderr);
  if (exit.stopped === 'output-limit') return rejected(RejectionCode.RESOURCE_LIMIT)(`${tool} was stopped at its ${exit.stopped}. ${said}`);
  // Files that cost too much reach the CPU limit first: this run waited, for a disk, for its turn, or for a signal.
  if (exit.stopped === 'time-limit') return new TransientError(FailureCode.TOOL_STALLED, `${tool} was stopped at its time limit: it used almost no CPU, so it was waiting, not working.`);
  if (exit.signal) return signalFailure(tool, exit.signal, said);
  const meaning = MEANINGS.find(({ says }) => says.test(exit.stderr));
  const detail = `${tool} ended with status ${exit.code}: ${said}`;
  return (meaning?.means ?? rejected(RejectionCode.UNREADABLE))(detail);
}

/** The same for a run on our own files: whatever went wrong is our fault or the machine's, never the user's. */
export function ownToolFailure(tool: Tool, exit: ToolExit): VideoError | undefined {
  const failure = toolFailure(tool, exit);
  if (!(failure instanceof RejectedError)) return failure;
  return new TransientError(FailureCode.TOOL_FAILED, failure.cause instanceof Error ? failure.cause.message : failure.message);
}

/** ffprobe exits with 0 on a stream whose frames it may not decode; only its message tells. */
export function silentFailure(exit: ToolExit): VideoError | undefined {
  if (!TOO_MANY_PIXELS.test(exit.stderr)) return undefined;
  return rejected(RejectionCode.DIMENSIONS_TOO_LARGE)(summary(exit.stderr));
}

function signalFailure(tool: Tool, signal: NodeJS.Signals, said: string): VideoError {
  if (LIMIT_SIGNALS.has(signal)) return rejected(RejectionCode.RESOURCE_LIMIT)(`${tool} reached a limit (${signal}). ${said}`);
  if (CRASHES.has(signal)) return rejected(RejectionCode.UNREADABLE)(`${tool} crashed on this file (${signal}). ${said}`);
  return new TransientError(FailureCode.TOOL_KILLED, `${tool} was killed from outside (${signal}).`);
}

/** The first lines, without pointers and paths: these differ between runs and belong to our host. */
function summary(stderr: string): string {
  return stderr
    .replace(/ @ 0x[0-9a-f]+/g, '')
    .replace(/ whitelist '[^']*'/g, ' whitelist')
    .replace(/file:\S+|(\/[\w.@-]+){2,}/g, 'source')
    .split('\n').map(line => line.trim()).filter(line => line !== '')
    .slice(0, 3).join(' | ').slice(0, 300);
}
