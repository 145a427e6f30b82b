import * as path from 'node:path';
import sharp from 'sharp';
import { Thumbnail } from './thumbnail-file';
import { EncodePlan } from '../../../domain/encode-plan';
import { TransientError } from '../../../domain/errors';
import { FailureCode } from '../../../domain/failure-codes';
import { choosePoster } from '../../../domain/poster-choice';
import { EncodedFile } from '../../../ports/transcoder';
import { describeFiles } from '../encoded-file';
import { inputPath } from '../tools/launcher';
import { ownToolFailure } from '../tools/tool-failure';
import { captureTool } from '../tools/tool-process';
import { TranscoderLimits } from '../tools/transcoder-limits';

export interface PosterTools {
  readonly launcher: string;
  readonly limits: TranscoderLimits;
  readonly signal: AbortSignal;
}

/** A poster is shown as a tile or behind a player: more pixels than this only cost. */
const LONGEST_SIDE = 1280;
const POSTER_SECONDS = 60;

/** Formats that browsers choose from, all at 4:2:0. AVIF's higher efforts cost a second of processor for one byte in a hundred. */
const FORMATS: ReadonlyArray<{ file: string; contentType: string; encode: (image: sharp.Sharp) => sharp.Sharp }> = [
  { file: 'poster.jpg', contentType: 'image/jpeg', encode: image => image.jpeg({ quality: 82, mozjpeg: true }) },
  { file: 'poster.webp', contentType: 'image/webp', encode: image => image.webp({ quality: 80 }) },
  { file: 'poster.avif', contentType: 'image/avif', encode: image => image.avif({ quality: 55, effort: 0, chromaSubsampling: '4:2:0' }) },
];

/** The still image shown before playback, in every format. */
export async function makePosters(
  plan: EncodePlan, thumbnails: readonly Thumbnail[], folder: string, tools: PosterTools,
): Promise<readonly EncodedFile[]> {
  const still = await extractStill(plan, choosePoster(thumbnails), folder, tools);
  const files: EncodedFile[] = [];
  for (const { file, contentType, encode } of FORMATS) {
    tools.signal.throwIfAborted();
    const { width, height } = still;
    const image = sharp(still.pixels, { raw: { width, height, channels: 3 }, limitInputPixels: width * height, failOn: 'warning' });
    await encode(image).toFile(path.join(folder, file));
    files.push(...await describeFiles(folder, [file], contentType));
  }
  return files;
}

interface Still {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Decoded from our own largest rendition, where turning, colour and pixel shape are already right. */
async function extractStill(plan: EncodePlan, atSeconds: number, folder: string, tools: PosterTools): Promise<Still> {
  const [rendition] = plan.renditions;
  const ratio = Math.min(1, LONGEST_SIDE / Math.max(rendition.width, rendition.height));
  const width = Math.max(1, Math.round(rendition.width * ratio));
  const height = Math.max(1, Math.round(rendition.height * ratio));
  const bytes = width * height * 3;
  const run = await captureTool({
    launcher: tools.launcher,
    tool: 'ffmpeg',
    arguments: [
      '-nostdin', '-v', 'error', '-protocol_whitelist', 'file', '-ss', atSeconds.toFixed(6),
      '-i', inputPath(path.resolve(folder, rendition.file)),
      '-frames:v', '1', '-vf', `scale=${width}:${height}:flags=bicubic:in_color_matrix=bt709`, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1',
    ],
    limits: { cpuSeconds: POSTER_SECONDS, memoryBytes: tools.limits.encodeMemoryBytes, fileBytes: 0 },
    timeLimitSeconds: POSTER_SECONDS,
    outputLimitBytes: bytes,
    signal: tools.signal,
  });
  const failure = ownToolFailure('ffmpeg', run);
  if (failure) throw failure;
  if (run.stdout.length !== bytes) throw new TransientError(FailureCode.POSTER_FAILED, `Expected a picture of ${bytes} bytes, got ${run.stdout.length}.`);
  return { width, height, pixels: run.stdout };
}
