import { ThumbnailPlan } from '../../../domain/thumbnails';

export function thumbnailFilters(plan: ThumbnailPlan): readonly string[] {
  return [`scale=${plan.width}:${plan.height}:flags=area`, 'format=rgb24'];
}

/**
 * The frames between thumbnails are dropped as packets, not by a filter: an output that gets one frame per minute lags behind all
 * others, and ffmpeg would hold the renditions' frames of that minute in memory before it encodes any.
 */
export function thumbnailOutputOptions(plan: ThumbnailPlan): readonly string[] {
  return [
    '-map', '[thumbnails]', '-fps_mode', 'passthrough', '-c:v', 'rawvideo', '-pix_fmt', 'rgb24',
    '-bsf:v', `noise=drop=mod(n\\,${plan.everyFrames})`, '-f', 'rawvideo',
  ];
}
