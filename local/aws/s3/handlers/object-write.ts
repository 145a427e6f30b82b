import { rm } from 'fs/promises';
import { checkPlacement, createdHeaders, readAttributes, versionHeaders } from '../attributes';
import { announce, Call, sendEmpty } from '../call';
import { deletePrecondition, writeConditionContext, writePrecondition } from '../conditions';
import { IncomingBody } from '../incoming-body';
import { Draft, Precondition } from '../object-store';
import { ObjectVersion } from '../types';

export async function putObject(call: Call): Promise<void> {
  const { request, bucket, signature, service } = call;
  authorizeWrite(call, request.key);
  checkPlacement(bucket.definition, request.headers);
  const attributes = readAttributes(request.headers, 'headers');
  const precondition = writePrecondition(request.headers);

  const body = new IncomingBody(request, signature);
  const file = await service.scratch.receive(body);
  const draft: Draft = { files: [{ path: file, size: body.size }], etag: body.md5Hex, attributes, checksum: body.checksum };
  const object = await commitReceived(call, request.key, draft, precondition);
  announce(call, request.key, object, 'PutObject');
  sendEmpty(call, 200, createdHeaders(bucket.definition, object));
}

/** Commits a received file, once `ready`, and removes it when the commit is refused. */
export async function commitReceived(
  call: Pick<Call, 'bucket'>, key: string, draft: Draft, precondition: Precondition, ready: Promise<void> = Promise.resolve(),
): Promise<ObjectVersion> {
  try {
    await ready;
    return await call.bucket.objects.put(key, draft, precondition);
  } catch (error) {
    await Promise.all(draft.files.map(file => rm(file.path, { force: true })));
    throw error;
  }
}

/** The permissions of a call that makes an object out of its own body or of another object. */
export function authorizeWrite(call: Pick<Call, 'request' | 'bucket' | 'authorization'>, key: string): void {
  const { request, bucket, authorization } = call;
  const { headers } = request;
  const conditionKeys = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id', 'x-amz-storage-class',
    'x-amz-copy-source', 'x-amz-metadata-directive'];
  const present = conditionKeys.flatMap(name => (headers[name] === undefined ? [] : [[`s3:${name}`, headers[name]]]));
  authorization.object(bucket.definition, key, 's3:PutObject', {
    ...Object.fromEntries(present) as Record<string, string>,
    ...writeConditionContext(headers),
    's3:ObjectCreationOperation': 'true',
  });
  // Comparing ETags tells about the present object, so it takes the permission to read it.
  if (headers['if-match'] !== undefined) authorization.object(bucket.definition, key, 's3:GetObject');
  authorization.encryptionKey(bucket.definition, key, 'kms:GenerateDataKey');
}

export async function deleteObject(call: Call): Promise<void> {
  const { request, bucket } = call;
  const versionId = request.query.get('versionId');
  authorizeDelete(call, request.key, versionId);
  if (request.headers['if-match'] !== undefined) call.authorization.object(bucket.definition, request.key, 's3:GetObject');
  const precondition = deletePrecondition(request.headers);
  if (versionId === undefined) {
    const marker = await bucket.objects.delete(request.key, precondition);
    sendEmpty(call, 204, marker ? { 'x-amz-delete-marker': 'true', ...versionHeaders(marker.versionId) } : {});
    return;
  }
  const removed = await bucket.objects.deleteVersion(request.key, versionId, precondition);
  sendEmpty(call, 204, { ...versionHeaders(versionId), ...(removed?.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}) });
}

export function authorizeDelete(call: Pick<Call, 'bucket' | 'authorization'>, key: string, versionId: string | undefined): void {
  const { bucket, authorization } = call;
  if (versionId === undefined) authorization.object(bucket.definition, key, 's3:DeleteObject');
  else authorization.object(bucket.definition, key, 's3:DeleteObjectVersion', { 's3:VersionId': versionId });
}
