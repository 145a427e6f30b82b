import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { ThumbnailPlan } from '../../../domain/thumbnails';

/** One small image, 8-bit RGB. */
export interface Thumbnail {
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** The thumbnails that ffmpeg wrote: at most a hundred of 43 kB, so they may be held together. */
export async function readThumbnails(plan: ThumbnailPlan, folder: string): Promise<readonly Thumbnail[]> {
  const bytes = plan.width * plan.height * 3;
  const file = await open(path.join(folder, plan.rawFile), 'r');
  try {
    const thumbnails: Thumbnail[] = [];
    for (let index = 0; index < plan.count; index += 1) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, index * bytes);
      if (bytesRead < bytes) break;
      thumbnails.push({ seconds: index * plan.intervalSeconds, width: plan.width, height: plan.height, pixels: buffer });
    }
    return thumbnails;
  } finally {
    await file.close();
  }
}
