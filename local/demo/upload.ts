import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiClient, NewUpload, Refused } from './api-client';
import { ACCEPTED_TYPES } from '../../src/runtime/contract';
import { uploadFile } from '../../src/runtime/upload-client/node/upload-file';
import { TransferRefused } from '../../src/runtime/upload-client/transfer-error';

/** What to tell the uploader. A name it would not take goes as `.mp4`: whether it is a video is for the worker to say. */
function describeFile(file: string): NewUpload {
  const name = path.basename(file);
  const extension = path.extname(name).slice(1).toLowerCase();
  const sizeBytes = fs.statSync(file).size;
  const types = Object.hasOwn(ACCEPTED_TYPES, extension) ? ACCEPTED_TYPES[extension] : undefined;
  if (types) return { fileName: name, contentType: types[0], sizeBytes };
  return { fileName: `${name}.mp4`, contentType: ACCEPTED_TYPES.mp4[0], sizeBytes };
}

/**
 * Uploads a file as the CLI does; answers the video's id.
 *
 * @throws Refused with the code of the uploader or of S3
 */
export async function sendVideo(api: ApiClient, file: string, onProgress: (percent: number) => void): Promise<string> {
  const request = describeFile(file);
  const ticket = await api.createUpload(request);
  const onSent = (bytes: number) => onProgress(bytes / request.sizeBytes * 100);
  try {
    await uploadFile(file, request.contentType, ticket, api.callUpload, { signal: new AbortController().signal, onSent });
  } catch (error) {
    throw error instanceof TransferRefused ? new Refused(error.code, error.message, ticket.videoId) : error;
  }
  return ticket.videoId;
}
