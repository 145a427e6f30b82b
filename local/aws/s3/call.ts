import type { ServerResponse } from 'http';
import { VerifiedSignature } from '../sigv4';
import { Now } from '../types';
import { Authorization } from './authorization';
import { S3Error } from './errors';
import { ScratchDirectory } from './files';
import { ObjectStore } from './object-store';
import { S3Request } from './request';
import { BucketDefinition, CreationReason, ObjectCreated, ObjectVersion, NULL_VERSION } from './types';
import { UploadStore } from './upload-store';

/** A bucket's definition and what is stored in it. */
export interface Bucket {
  readonly definition: BucketDefinition;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
}

/** What every handler needs of the service. */
export interface ServiceContext {
  readonly region: string;
  readonly now: Now;
  readonly scratch: ScratchDirectory;
  bucket(name: string): Bucket;
  emit(event: ObjectCreated): void;
}

/** One authenticated request on one bucket. */
export interface Call {
  readonly request: S3Request;
  readonly response: ServerResponse;
  readonly bucket: Bucket;
  readonly authorization: Authorization;
  readonly signature: VerifiedSignature;
  readonly service: ServiceContext;
}

/** Announces a new object, after its commit. */
export function announce(
  call: Pick<Call, 'request' | 'bucket' | 'service'>, key: string, object: ObjectVersion, reason: CreationReason,
): void {
  if (!call.bucket.definition.eventBridge) return;
  call.service.emit({
    bucket: call.bucket.definition.name,
    key,
    ...(object.versionId === NULL_VERSION ? {} : { versionId: object.versionId }),
    size: object.size,
    etag: object.etag,
    sequencer: object.sequencer,
    reason,
    requestId: call.request.id,
    time: call.service.now(),
  });
}

export function sendXml(call: Pick<Call, 'response'>, body: string, headers: Record<string, string> = {}): void {
  call.response.writeHead(200, { ...headers, 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  call.response.end(body);
}

export function sendEmpty(call: Pick<Call, 'response'>, status: number, headers: Record<string, string> = {}): void {
  call.response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': '0' });
  call.response.end();
}

/** A whole-number parameter, capped at S3's own page size. */
export function pageSize(call: Call, parameter: string): number {
  const value = call.request.query.get(parameter);
  if (value === undefined) return 1000;
  if (!/^\d{1,10}$/.test(value)) throw new S3Error('InvalidArgument', `${parameter} must be a whole number from 0; got "${value}".`);
  return Math.min(Number(value), 1000);
}
