import { Tool } from './launcher';
import { ToolExit } from './tool-process';
import { PermanentError, RejectedError, RejectionCode, TransientError, VideoError } from '../../../domain/errors';

function permanent(code: string) {
  return (detail: string) => new PermanentError(code, detail);
}

function transient(code: string) {
  return (detail: string) => new TransientError(code, detail);
}

function rejected(code: RejectionCode) {
  return (detail: string) => new RejectedError(code, detail);
}

/**
 * How ffmpeg 5 and 7, and the encoders in them, said that no memory was left. Threads want addresses, too; an encoder that fails
 * on pictures and options of our making is taken for the same, for often it says nothing more.
 */
const OUT_OF_MEMORY = new RegExp([
  '(Cannot|Could not) allocate memory', 'malloc of size \\d+ failed', 'pthread_create\\(\\) failed', 'Resource temporarily unavailable',
  'Error while opening encoder', 'Error submitting video frame to the encoder',
].join('|'));
const TOO_MANY_PIXELS = /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/;

/** What a tool's own words mean. The first row that matches wins; launcher and environment come before the file. */
const MEANINGS: ReadonlyArray<{ readonly says: RegExp; readonly means: (detail: string) => VideoError }> = [
  { says: /^ffmpeg-launcher: /m, means: permanent('LAUNCHER_FAILED') },
  { says: /Unknown encoder|No such filter|Unrecognized option|Option not found|Encoder not found/, means: permanent('FFMPEG_UNSUITABLE') },
  { says: /error while loading shared libraries/, means: permanent('FFMPEG_UNSUITABLE') },
  { says: /No space left on device|Disk quota exceeded/, means: transient('SCRATCH_FULL') },
  { says: /Read-only file system/, means: transient('SCRATCH_UNWRITABLE') },
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

/** Signals by which a program dies of its input, rather than of somebody's wish. */
const CRASHES: ReadonlySet<NodeJS.Signals> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL']);
/** Signals of the limits that the launcher set. */
const LIMIT_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set(['SIGXCPU', 'SIGXFSZ']);

/** Names the failure of a run that did not end well; undefined when it did. */
export function toolFailure(tool: Tool, exit: ToolExit): VideoError | undefined {
  if (exit.code === 0 && !exit.stopped) return undefined;
  const said = summary(exit.stderr);
  if (exit.stopped === 'output-limit') return new RejectedError(RejectionCode.RESOURCE_LIMIT, `${tool} was stopped at its ${exit.stopped}. ${said}`);
  // Files that cost too much reach the limit of processor time first: this one waited, for a disk, for its turn, or for a signal.
  if (exit.stopped === 'time-limit') return new TransientError('TOOL_STALLED', `${tool} took too long while it hardly worked.`);
  if (exit.signal) return signalFailure(tool, exit.signal, said);
  const meaning = MEANINGS.find(({ says }) => says.test(exit.stderr));
  const detail = `${tool} ended with status ${exit.code}: ${said}`;
  return meaning ? meaning.means(detail) : new RejectedError(RejectionCode.UNREADABLE, detail);
}

/** The same for a run on nothing of the user's: whatever went wrong is our fault or the machine's, and never a refusal. */
export function ownToolFailure(tool: Tool, exit: ToolExit): VideoError | undefined {
  const failure = toolFailure(tool, exit);
  return failure instanceof RejectedError ? new TransientError('TOOL_FAILED', failure.message) : failure;
}

/** ffprobe ends well on a stream whose pictures it may not decode; only its words tell. */
export function silentFailure(exit: ToolExit): VideoError | undefined {
  if (!TOO_MANY_PIXELS.test(exit.stderr)) return undefined;
  return new RejectedError(RejectionCode.DIMENSIONS_TOO_LARGE, summary(exit.stderr));
}

function signalFailure(tool: Tool, signal: NodeJS.Signals, said: string): VideoError {
  if (LIMIT_SIGNALS.has(signal)) return new RejectedError(RejectionCode.RESOURCE_LIMIT, `${tool} reached a limit (${signal}). ${said}`);
  if (CRASHES.has(signal)) return new RejectedError(RejectionCode.UNREADABLE, `${tool} crashed on this file (${signal}). ${said}`);
  return new TransientError('TOOL_KILLED', `${tool} was killed from outside (${signal}).`);
}

/** The first lines, without addresses and paths: they differ between runs and belong to our host. */
export function summary(stderr: string): string {
  return stderr
    .replace(/ @ 0x[0-9a-f]+/g, '')
    .replace(/ whitelist '[^']*'/g, ' whitelist')
    .replace(/file:\S+|(\/[\w.@-]+){2,}/g, 'source')
    .split('\n').map(line => line.trim()).filter(line => line !== '')
    .slice(0, 3).join(' | ').slice(0, 300);
}
