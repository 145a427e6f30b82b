import { accessSync, constants } from 'node:fs';
import { PermanentError } from '../../../domain/errors';
import { FailureCode } from '../../../domain/failure-codes';

export type Tool = 'ffmpeg' | 'ffprobe';

/** What one run of a tool may use. The launcher sets these on the process itself, so no bug of ours lifts them. */
export interface ProcessLimits {
  /** Processor time over all threads. */
  readonly cpuSeconds: number;
  /** Address space. Threads' stacks and arenas count, so this is several times what is touched. */
  readonly memoryBytes: number;
  /** Largest file it may write. */
  readonly fileBytes: number;
}

/** Renditions, source, progress pipe and libraries; far below any system's limit. */
const OPEN_FILES = 128;

/** Arguments for the launcher script, up to and including the `--` before the tool's own. */
export function launcherOptions(tool: Tool, limits: ProcessLimits): readonly string[] {
  return [
    `--tool=${tool}`,
    `--cpu-seconds=${Math.ceil(limits.cpuSeconds)}`,
    `--memory-bytes=${Math.ceil(limits.memoryBytes)}`,
    `--file-bytes=${Math.ceil(limits.fileBytes)}`,
    `--open-files=${OPEN_FILES}`,
    '--',
  ];
}

export function assertLauncher(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new PermanentError(FailureCode.LAUNCHER_MISSING,
      `The ffmpeg launcher must be an executable file, got '${path}'. Ship ffmpeg-launcher.sh beside the bundle with mode 755.`, { cause });
  }
}

/** The `file:` prefix keeps a colon or percent sign in a path from being read as a protocol or pattern. */
export function inputPath(absolutePath: string): string {
  return `file:${absolutePath}`;
}
