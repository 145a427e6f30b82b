import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import sharp from 'sharp';
import { Thumbnail } from './thumbnail-file';
import { EncodePlan } from '../../../domain/encode-plan';
import { storyboardCues, storyboardLayout } from '../../../domain/storyboard';
import { EncodedFile } from '../../../ports/transcoder';
import { describeFiles } from '../encoded-file';

const SHEET = 'storyboard.jpg';
const CUES = 'storyboard.vtt';

/** Lays the thumbnails out on one sheet and writes the cues that find them there. */
export async function makeStoryboard(plan: EncodePlan, thumbnails: readonly Thumbnail[], folder: string): Promise<readonly EncodedFile[]> {
  const { width, height, intervalSeconds } = plan.thumbnails;
  const { columns, rows } = storyboardLayout(thumbnails.length);
  const sheet = { width: columns * width, height: rows * height };
  await sharp(layOut(thumbnails, columns, sheet), { raw: { ...sheet, channels: 3 }, limitInputPixels: sheet.width * sheet.height, failOn: 'warning' })
    .jpeg({ quality: 70, mozjpeg: true })
    .toFile(path.join(folder, SHEET));
  const tiles = { count: thumbnails.length, width, height, intervalSeconds, durationSeconds: plan.durationSeconds };
  await writeFile(path.join(folder, CUES), storyboardCues(tiles, SHEET));
  return [...await describeFiles(folder, [SHEET], 'image/jpeg'), ...await describeFiles(folder, [CUES], 'text/vtt')];
}

function layOut(thumbnails: readonly Thumbnail[], columns: number, sheet: { width: number; height: number }): Buffer {
  const pixels = Buffer.alloc(sheet.width * sheet.height * 3);
  thumbnails.forEach((thumbnail, index) => {
    const left = (index % columns) * thumbnail.width;
    const top = Math.floor(index / columns) * thumbnail.height;
    for (let row = 0; row < thumbnail.height; row += 1) {
      const from = row * thumbnail.width * 3;
      thumbnail.pixels.copy(pixels, ((top + row) * sheet.width + left) * 3, from, from + thumbnail.width * 3);
    }
  });
  return pixels;
}
