import * as path from 'node:path';
import { EncodePlan, PlannedProgressive } from '../../../domain/encode-plan';
import { NO_METADATA } from '../command/encode-command';
import { inputPath } from '../tools/launcher';
import { ownToolFailure } from '../tools/tool-failure';
import { captureTool } from '../tools/tool-process';

export interface RemuxOptions {
  readonly launcher: string;
  readonly timeLimitSeconds: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
}

/** Puts one rendition and the audio into a plain MP4, index first. Nothing is encoded again. */
export async function makeProgressive(
  plan: EncodePlan, progressive: PlannedProgressive, folder: string, options: RemuxOptions,
): Promise<void> {
  const inputs = [progressive.video, ...(progressive.audio ? [progressive.audio] : [])];
  const run = await captureTool({
    launcher: options.launcher,
    tool: 'ffmpeg',
    arguments: [
      '-nostdin', '-v', 'error', '-y',
      ...inputs.flatMap(file => ['-protocol_whitelist', 'file', '-f', 'mov', '-i', inputPath(path.resolve(folder, file))]),
      ...inputs.flatMap((_, index) => ['-map', `${index}:0`]),
      ...NO_METADATA, '-c', 'copy', '-movflags', '+faststart', '-f', 'mp4', inputPath(path.resolve(folder, progressive.file)),
    ],
    limits: { cpuSeconds: options.timeLimitSeconds, memoryBytes: options.memoryBytes, fileBytes: plan.estimatedOutputBytes },
    timeLimitSeconds: options.timeLimitSeconds,
    outputLimitBytes: 64 * 1024,
    signal: options.signal,
  });
  const failure = ownToolFailure('ffmpeg', run);
  if (failure) throw failure;
}
