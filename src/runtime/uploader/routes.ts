import * as v from 'valibot';
import { MultipartSession, partCountOf } from './multipart-session';
import { CreatedUpload, UploadCreator } from './upload-creator';
import { readIdempotencyKey, readUploadRequest } from './upload-request';
import { Video } from '../domain/video';
import { RouteContext, RouteTable } from '../http/api';
import { readJsonBody } from '../http/body';
import { readQuery } from '../http/query';
import { ApiResponse, created, noContent, ok } from '../http/response';

/** Parts signed by one request. */
const MOST_SIGNED_PARTS = 100;
/** Eight bytes in base64. */
const CHECKSUM = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/, 'must be a CRC-64/NVME, 8 bytes in base64'));
const PART = v.strictObject({
  partNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  checksum: CHECKSUM,
});
const SIGN_BODY = v.strictObject({ parts: v.pipe(v.array(PART), v.minLength(1), v.maxLength(MOST_SIGNED_PARTS)) });
const COMPLETE_BODY = v.strictObject({ checksum: CHECKSUM });

export interface UploaderServices {
  readonly uploads: UploadCreator;
  readonly session: MultipartSession;
  readonly maxBytes: number;
}

export function uploaderRoutes(services: UploaderServices): RouteTable<'uploader'> {
  return {
    createUpload: context => createUpload(services, context),
    getUpload: context => getUpload(services, context),
    abortUpload: context => abortUpload(services, context),
    signParts: context => signParts(services, context),
    listParts: context => listParts(services, context),
    completeUpload: context => completeUpload(services, context),
    uploaderHealth: async () => ok({ status: 'ok', service: 'uploader' }),
  };
}

async function createUpload({ uploads, maxBytes }: UploaderServices, { request, userId, logger }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const upload = await uploads.create(readUploadRequest(request, maxBytes), {
    ownerId: userId,
    correlationId: request.correlationId,
    idempotencyKey: readIdempotencyKey(request),
  });
  const { video } = upload;
  logger.info('The upload was created', { videoId: video.videoId, sizeBytes: video.sizeBytes, multipart: video.multipart !== undefined });
  // The correlation id of the request that created the video, which is what its logs and objects carry.
  return created({ videoId: video.videoId, status: video.status, correlationId: video.correlationId, ...ticketOf(upload) });
}

async function getUpload({ session }: UploaderServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const video = await session.find(request.pathParameters.videoId, userId);
  const { videoId, status, sizeBytes, failure } = video;
  return ok({ videoId, status, sizeBytes, failure, ...planOf(video) });
}

async function abortUpload({ session }: UploaderServices, { request, userId, logger }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  await session.abort(request.pathParameters.videoId, userId);
  logger.info('The upload was aborted', { videoId: request.pathParameters.videoId });
  return noContent();
}

async function signParts({ session }: UploaderServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const parts = await session.sign(request.pathParameters.videoId, userId, readJsonBody(request, SIGN_BODY).parts);
  return ok({ parts: parts.map(part => ({ ...part, expiresAt: part.expiresAt.toISOString() })) });
}

async function listParts({ session }: UploaderServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  return ok({ parts: await session.list(request.pathParameters.videoId, userId) });
}

async function completeUpload({ session }: UploaderServices, { request, userId, logger }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const { checksum } = readJsonBody(request, COMPLETE_BODY);
  const { videoId, status } = await session.complete(request.pathParameters.videoId, userId, checksum);
  logger.info('The upload was completed', { videoId });
  return ok({ videoId, status });
}

function ticketOf({ video, form }: CreatedUpload): object {
  if (form) return { method: 'form', upload: { url: form.url, fields: form.fields, expiresAt: form.expiresAt.toISOString() } };
  return planOf(video);
}

/** How the file is cut. */
function planOf({ multipart, sizeBytes }: Video): object {
  if (!multipart) return { method: 'form' };
  return { method: 'multipart', partSize: multipart.partSize, partCount: partCountOf(sizeBytes, multipart.partSize) };
}
