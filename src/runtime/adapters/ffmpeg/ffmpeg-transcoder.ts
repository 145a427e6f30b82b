import * as path from 'node:path';
import { encodeSource } from './encode-source';
import { askImageProcess } from './images/image-process';
import { imageMaker } from './images/lazy-image-maker';
import { SourceInspector } from './inspect/source-inspector';
import { packageHls } from './package/hls-packager';
import { makeProgressive } from './package/progressive';
import { assertLauncher } from './tools/launcher';
import { toolVersions } from './tools/tool-versions';
import { DEFAULT_TRANSCODER_LIMITS, TranscoderLimits } from './tools/transcoder-limits';
import { EncodePlan } from '../../domain/encode-plan';
import { SourceFacts } from '../../domain/source-facts';
import { Logger } from '../../ports/telemetry';
import { EncodedImages, EncodedMedia, EncodeOptions, Transcoder } from '../../ports/transcoder';

export interface FfmpegTranscoderOptions {
  /** Absolute path of `ffmpeg-launcher.sh`, which starts every tool. */
  readonly launcher: string;
  /** Those not given keep their defaults. */
  readonly limits?: Partial<TranscoderLimits>;
  readonly logger?: Logger;
  /**
   * Command of a process that runs `serveImageProcess`.
   *
   * @default - images are made in this process
   */
  readonly imageProcess?: readonly string[];
}

/** ffprobe and ffmpeg, each run as its own limited process, and sharp. */
export class FfmpegTranscoder implements Transcoder {
  private readonly launcher: string;
  private readonly limits: TranscoderLimits;
  private readonly inspector: SourceInspector;

  constructor(private readonly options: FfmpegTranscoderOptions) {
    this.launcher = path.resolve(options.launcher);
    this.limits = { ...DEFAULT_TRANSCODER_LIMITS, ...options.limits };
    assertLauncher(this.launcher);
    this.inspector = new SourceInspector(this.launcher, this.limits);
  }

  async inspect(sourceFile: string, signal: AbortSignal): Promise<SourceFacts> {
    const facts = await this.inspector.inspect(sourceFile, signal);
    this.options.logger?.debug('The source was inspected', { facts });
    return facts;
  }

  async encode(plan: EncodePlan, sourceFile: string, outputFolder: string, options: EncodeOptions): Promise<EncodedMedia> {
    const started = process.hrtime.bigint();
    const timeLimitSeconds = this.limits.encodeBaseSeconds + plan.durationSeconds * this.limits.encodeSecondsPerSourceSecond;
    let reported = 0;
    const report = (percent: number) => {
      if (percent <= reported) return;
      reported = percent;
      options.onProgress?.(percent);
    };
    const { plan: made, warnings } = await encodeSource(plan, {
      launcher: this.launcher,
      limits: this.encodeLimits(plan, timeLimitSeconds),
      sourceFile: path.resolve(sourceFile),
      outputFolder,
      timeLimitSeconds,
      stallSeconds: this.limits.stallSeconds,
      signal: options.signal,
      onOutTime: seconds => report(Math.min(99, Math.floor(seconds / plan.durationSeconds * 100))),
    });
    if (made.progressive) {
      const { signal } = options;
      await makeProgressive(made, made.progressive, outputFolder, {
        launcher: this.launcher, timeLimitSeconds, memoryBytes: this.limits.encodeMemoryBytes, signal,
      });
    }
    const encodeSeconds = Number(process.hrtime.bigint() - started) / 1e9;
    const media = await packageHls(made, outputFolder, encodeSeconds);
    report(100);
    return { ...media, warnings };
  }

  async images(plan: EncodePlan, outputFolder: string, signal: AbortSignal): Promise<EncodedImages> {
    const { launcher, limits } = this;
    if (!this.options.imageProcess) return imageMaker().makeImages(plan, outputFolder, { launcher, limits, signal });
    const request = { kind: 'images', plan, outputFolder: path.resolve(outputFolder), launcher, limits } as const;
    return await askImageProcess(this.options.imageProcess, request, signal) as EncodedImages;
  }

  async versions(): Promise<Readonly<Record<string, string>>> {
    return { ...await toolVersions(this.launcher, this.limits), ...await this.imageVersions() };
  }

  private async imageVersions(): Promise<Readonly<Record<string, string>>> {
    if (!this.options.imageProcess) return imageMaker().imageVersions();
    return await askImageProcess(this.options.imageProcess, { kind: 'versions' }, new AbortController().signal) as Record<string, string>;
  }

  /** Processor time is wall time on every core: the largest Fargate task has 16. */
  private encodeLimits(plan: EncodePlan, timeLimitSeconds: number) {
    return { cpuSeconds: timeLimitSeconds * 16, memoryBytes: this.limits.encodeMemoryBytes, fileBytes: plan.estimatedOutputBytes };
  }
}
