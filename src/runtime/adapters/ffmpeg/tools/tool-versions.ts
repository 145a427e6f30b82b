import { ownToolFailure } from './tool-failure';
import { captureTool } from './tool-process';
import { TranscoderLimits } from './transcoder-limits';

/** The versions that ffmpeg and ffprobe state of themselves. */
export async function toolVersions(launcher: string, limits: TranscoderLimits): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = {};
  for (const tool of ['ffmpeg', 'ffprobe'] as const) {
    const run = await captureTool({
      launcher,
      tool,
      arguments: ['-version'],
      limits: { cpuSeconds: 10, memoryBytes: limits.probeMemoryBytes, fileBytes: 0 },
      timeLimitSeconds: 10,
      outputLimitBytes: 64 * 1024,
      signal: new AbortController().signal,
    });
    const failure = ownToolFailure(tool, run);
    if (failure) throw failure;
    versions[tool] = new RegExp(`^${tool} version (\\S+)`).exec(run.stdout.toString())?.[1] ?? 'unknown';
  }
  return versions;
}
