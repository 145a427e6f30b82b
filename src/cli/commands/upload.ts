import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCEPTED_TYPES } from '../../runtime/contract';
import { uploadFile } from '../../runtime/upload-client/node/upload-file';
import { TransferInterrupted, TransferRefused } from '../../runtime/upload-client/transfer-error';
import { ApiClient, VideoSummary } from '../api/api-client';
import { CliError, usageError } from '../errors';
import { SignedIn } from '../session/signed-in';
import { Output } from '../terminal/output';

export interface UploadOptions {
  readonly title?: string;
  /** Whether to wait until the video can be played. */
  readonly wait: boolean;
  readonly url?: string;
}

interface Source {
  readonly file: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

const POLL_MS = 1000;

export async function upload(files: readonly string[], options: UploadOptions, output: Output): Promise<void> {
  // All of them first: a typing error in the third must not show after an hour of uploads.
  const sources = files.map(checkFile);
  if (options.title !== undefined && files.length > 1) throw usageError('--title is for one file.', 'Upload the files one by one.');
  const api = new ApiClient(SignedIn.open(options.url));
  const videos: object[] = [];
  for (const source of sources) videos.push(await uploadOne(api, source, options, output));
  if (output.json) output.result({ videos }, '');
}

/** @throws CliError for what is no video file */
function checkFile(file: string): Source {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (!stats) throw usageError(`There is no file ${file}.`, 'Check its path.');
  if (!stats.isFile()) throw usageError(`${file} is no file.`, 'Name video files.');
  if (stats.size === 0) throw usageError(`${file} is empty.`, 'Name a video file.');
  const extension = path.extname(file).slice(1).toLowerCase();
  const types = Object.hasOwn(ACCEPTED_TYPES, extension) ? ACCEPTED_TYPES[extension] : undefined;
  if (!types) throw usageError(`${file} is no video that the platform takes.`, `It takes ${Object.keys(ACCEPTED_TYPES).map(name => `.${name}`).join(', ')}.`);
  return { file, fileName: path.basename(file), contentType: types[0], sizeBytes: stats.size };
}

async function uploadOne(api: ApiClient, source: Source, { title, wait }: UploadOptions, output: Output): Promise<object> {
  const { file, fileName, contentType, sizeBytes } = source;
  output.say(`${output.style(fileName, 'bold')} (${(sizeBytes / 1e6).toFixed(1)} MB)`);
  const ticket = await api.createUpload({ fileName, contentType, sizeBytes, ...title === undefined ? {} : { title } });
  const onSent = (bytes: number) => output.progress('upload', bytes / sizeBytes * 100);
  const { signal } = new AbortController();
  await uploadFile(file, contentType, ticket, api.callUpload, { signal, onSent }).catch((error: Error) => { throw refusal(error); });
  const { videoId } = ticket;
  output.say(`${output.style('✓', 'green')} uploaded as ${videoId}`);
  if (!wait) return { videoId, status: 'UPLOADED', file };
  const video = await untilReady(api, videoId, output);
  const { tokenUrl, tokenExpiresAt: expiresAt } = await api.createPlayback(videoId);
  const playbackUrl = new URL(tokenUrl, api.url).href;
  output.say(`${output.style('✓', 'green')} READY\n  Playlist: ${playbackUrl}\n            for any player, until ${expiresAt}\n  Watch:    cdk-video-platform open ${videoId}`);
  return { videoId, status: video.status, file, playbackUrl, expiresAt, watchUrl: watchUrl(api.url, videoId) };
}

function refusal(error: Error): Error {
  if (error instanceof TransferInterrupted) return new CliError(`The connection to the bucket broke: ${error.message}`, 'Upload the file again.');
  if (!(error instanceof TransferRefused)) return error;
  if (error.code === 'EntityTooLarge') return usageError('The file is larger than the platform takes.', 'Nothing was uploaded.');
  return new CliError(`The bucket refused the upload (${error.code}): ${error.message}`, 'Upload the file again.', undefined, error.code);
}

async function untilReady(api: ApiClient, videoId: string, output: Output): Promise<VideoSummary> {
  for (;;) {
    const video = await api.getVideo(videoId);
    if (video.status === 'READY') return video;
    if (video.status === 'REJECTED' || video.status === 'FAILED') {
      const { code = 'UNKNOWN', message = 'no reason was given' } = video.failure ?? {};
      throw new CliError(`Video ${videoId} was ${video.status === 'REJECTED' ? 'rejected' : 'not processed'}: ${message}`,
        `See ${code} in docs/rejection-codes.md.`, undefined, code);
    }
    output.progress(video.progress?.stage ?? video.status.toLowerCase(), video.progress?.percent ?? 0);
    await sleep(POLL_MS);
  }
}

/** The console's page of a video. */
export function watchUrl(url: string, videoId: string): string {
  return `${url}/v/${encodeURIComponent(videoId)}`;
}
