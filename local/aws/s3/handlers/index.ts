import { Call } from '../call';
import { S3Error } from '../errors';
import { OperationName } from '../operations';
import { getBucketLocation, headBucket } from './bucket';
import { deleteObjects } from './delete-objects';
import { listObjects, listObjectsV2, listObjectVersions } from './listing';
import { completeMultipartUpload } from './multipart-complete';
import { listMultipartUploads, listParts } from './multipart-listing';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart-upload';
import { copyObject } from './object-copy';
import { getObject, headObject } from './object-read';
import { getObjectTagging } from './object-tagging';
import { deleteObject, putObject } from './object-write';

export type Handler = (call: Call) => Promise<void>;

export const HANDLERS: Readonly<Record<Exclude<OperationName, 'ListBuckets'>, Handler>> = {
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PostObject: refuseUnformedPost,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectTagging: getObjectTagging,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
};

/** Forms go their own way before a signature is asked for; what arrives here is a POST of something else. */
async function refuseUnformedPost(): Promise<void> {
  throw new S3Error('PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data');
}
