import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import sharp from 'sharp';
import { makePosters, PosterTools } from './poster';
import { makeStoryboard } from './storyboard';
import { readThumbnails } from './thumbnail-file';
import { EncodePlan } from '../../../domain/encode-plan';
import { EncodedImages } from '../../../ports/transcoder';

/** Poster and storyboard from what the encoder left. The only module that brings sharp in: load it where images are made. */
export async function makeImages(plan: EncodePlan, outputFolder: string, tools: PosterTools): Promise<EncodedImages> {
  const thumbnails = await readThumbnails(plan.thumbnails, outputFolder);
  const posters = await makePosters(plan, thumbnails, outputFolder, tools);
  const storyboard = await makeStoryboard(plan, thumbnails, outputFolder);
  await rm(path.join(outputFolder, plan.thumbnails.rawFile), { force: true });
  return { posters, storyboard };
}

export function imageVersions(): Readonly<Record<string, string>> {
  return { sharp: sharp.versions.sharp ?? 'unknown', libvips: sharp.versions.vips };
}
