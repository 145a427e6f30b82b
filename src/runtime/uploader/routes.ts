import { UploadCreator } from './upload-creator';
import { readIdempotencyKey, readUploadRequest } from './upload-request';
import { RouteContext, RouteTable } from '../http/api';
import { readQuery } from '../http/query';
import { ApiResponse, created, ok } from '../http/response';

export function uploaderRoutes(uploads: UploadCreator, maxBytes: number): RouteTable<'uploader'> {
  return {
    createUpload: context => createUpload(uploads, maxBytes, context),
    uploaderHealth: async () => ok({ status: 'ok', service: 'uploader' }),
  };
}

async function createUpload(uploads: UploadCreator, maxBytes: number, { request, userId, logger }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const { video, form } = await uploads.create(readUploadRequest(request, maxBytes), {
    ownerId: userId,
    correlationId: request.correlationId,
    idempotencyKey: readIdempotencyKey(request),
  });
  logger.info('upload form issued', { videoId: video.videoId, sizeBytes: video.sizeBytes });
  return created({
    videoId: video.videoId,
    status: video.status,
    upload: { url: form.url, fields: form.fields, expiresAt: form.expiresAt.toISOString() },
    // Of the request that created the video, which is what its logs and objects carry.
    correlationId: video.correlationId,
  });
}
