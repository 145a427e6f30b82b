import { versionHeaders } from './attributes';
import { Bucket, Call } from './call';
import { S3Error } from './errors';
import { ObjectVersion, Version } from './types';

/** Finds an object to read, with the permission that takes and the refusals that S3 gives. */
export function locateObject(call: Pick<Call, 'authorization'>, bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const { authorization } = call;
  if (versionId === undefined) authorization.object(bucket.definition, key, 's3:GetObject');
  else authorization.object(bucket.definition, key, 's3:GetObjectVersion', { 's3:VersionId': versionId });

  const version = versionId === undefined ? bucket.objects.current(key) : bucket.objects.version(key, versionId);
  if (version && !version.deleteMarker) return version;
  if (!authorization.mayList(bucket.definition)) throw new S3Error('AccessDenied', 'Access Denied');
  throw missing(key, versionId, version);
}

function missing(key: string, versionId: string | undefined, marker: Version | undefined): S3Error {
  const headers = marker ? { 'x-amz-delete-marker': 'true', ...versionHeaders(marker.versionId) } : {};
  if (versionId === undefined) return new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key }, headers);
  if (!marker) return new S3Error('NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId });
  return new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', { ResourceType: 'DeleteMarker' },
    { ...headers, allow: 'DELETE' });
}
