import * as fs from 'node:fs';
import * as path from 'node:path';
import { RejectionCode } from '../../src/runtime/domain/errors';
import type { MetadataDocument } from '../../src/runtime/worker/job/metadata-document';
import type { LocalPlatform } from '../platform';
import { ApiClient, PlayableVideo, Refused } from './api-client';
import { BucketReader } from './bucket-reader';
import { followProcessing } from './follow-processing';
import { Progress } from './progress';
import { ReadyReport, RefusedReport, VideoReport } from './report';
import { sendVideo } from './upload';
import { VerifiedPlaylist, verifyPlayback } from './verify';
import { Waiting } from './waiting';

export interface VideoProcessor {
  readonly platform: LocalPlatform;
  readonly api: ApiClient;
  readonly bucket: BucketReader;
  readonly progress: Progress;
  readonly waiting: Waiting;
  /** For the published files. */
  readonly mediaDirectory: string;
}

/** Takes one file all the way: upload, processing, check of what a player gets, copy of what was published. */
export async function processVideo(parts: VideoProcessor, file: string): Promise<VideoReport> {
  try {
    const startedAt = performance.now();
    const videoId = await upload(parts, file);
    const video = await followProcessing(parts.api, videoId, parts.progress, parts.platform.worker, parts.waiting);
    const wallSeconds = (performance.now() - startedAt) / 1000;
    return video.status === 'READY' ? await inspect(parts, file, video, wallSeconds) : refusal(file, video);
  } catch (error) {
    parts.progress.finish('failed');
    if (!(error instanceof Refused)) throw error;
    return { status: 'REJECTED', code: error.code, videoId: error.videoId, message: error.message, file };
  }
}

async function upload({ api, progress }: VideoProcessor, file: string): Promise<string> {
  progress.update('upload', 0);
  const videoId = await sendVideo(api, file, percent => progress.update('upload', percent)).catch(error => { throw nameEmptyFile(error, file); });
  progress.finish();
  return videoId;
}

/** The API only says that a size of 0 is not valid. */
function nameEmptyFile(error: unknown, file: string): unknown {
  const empty = error instanceof Refused && fs.statSync(file).size === 0;
  return empty ? new Refused(RejectionCode.SOURCE_EMPTY, `The file is empty. ${error.message}`) : error;
}

async function inspect(parts: VideoProcessor, file: string, video: PlayableVideo, wallSeconds: number): Promise<ReadyReport> {
  const { api, bucket, progress, mediaDirectory } = parts;
  const { videoId } = video;
  const document = await bucket.metadata(videoId);
  progress.update('verify', 0);
  const mediaDir = path.join(mediaDirectory, videoId);
  const masterUrl = await api.masterUrl(videoId);
  const verified = await verifyPlayback(masterUrl, document.media.durationSeconds);
  progress.finish();
  await bucket.download(videoId, document.media.epoch, mediaDir);
  return {
    videoId,
    status: 'READY',
    file,
    wallSeconds: Number(wallSeconds.toFixed(3)),
    encodeSeconds: document.media.encodeSeconds,
    durationSeconds: document.media.durationSeconds,
    renditions: renditionsOf(document, verified),
    warnings: video.warnings ?? [],
    masterUrl,
    mediaDir,
    decodeErrors: verified.filter(({ errors }) => errors !== '').map(({ playlist, errors }) => `${playlist}: ${errors}`),
  };
}

function renditionsOf({ media }: MetadataDocument, verified: readonly VerifiedPlaylist[]): ReadyReport['renditions'] {
  return media.renditions.map(({ name, width, height, averageBandwidth, bandwidth, codecs, sizeBytes, playlist }) => ({
    name,
    width,
    height,
    bitrate: averageBandwidth,
    codecs,
    bandwidth,
    sizeBytes,
    seconds: verified.find(each => each.playlist === playlist)?.seconds ?? 0,
  }));
}

function refusal(file: string, { videoId, status, failure }: PlayableVideo): RefusedReport {
  return {
    status: status === 'REJECTED' ? 'REJECTED' : 'FAILED', code: failure?.code ?? 'UNKNOWN', videoId, message: failure?.message ?? 'No reason was given', file,
  };
}
