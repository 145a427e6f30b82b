import { isVideoId, sourceKey } from '../contract';
import { RejectedError, RejectionCode } from '../domain/errors';
import { MultipartUpload, Video, VideoStatus } from '../domain/video';
import { badRequest, conflict, videoNotFound } from '../http/problem';
import { PartToSign, SignedPart, SourceUpload, SourceUploads, StoredPart } from '../ports/source-uploads';
import { UploadCatalog } from '../ports/upload-catalog';

interface OpenUpload {
  readonly video: Video;
  readonly multipart: MultipartUpload;
  readonly upload: SourceUpload;
}

/** The owner's dealings with one upload, after it was created and until its source is stored. */
export class MultipartSession {
  constructor(private readonly catalog: UploadCatalog, private readonly uploads: SourceUploads, private readonly expirySeconds: number) {}

  /** The owner's video; for anybody else the same problem 404 as for an id that does not exist. */
  async find(videoId: string | undefined, ownerId: string): Promise<Video> {
    const video = videoId !== undefined && isVideoId(videoId) ? await this.catalog.get(videoId) : undefined;
    if (!video || video.ownerId !== ownerId || video.status === VideoStatus.DELETED) throw videoNotFound();
    return video;
  }

  async sign(videoId: string | undefined, ownerId: string, parts: readonly PartToSign[]): Promise<readonly SignedPart[]> {
    const { video, multipart, upload } = await this.findOpen(videoId, ownerId);
    parts.forEach(part => checkPart(part, video.sizeBytes, multipart.partSize));
    return Promise.all(parts.map(part => this.uploads.signPart(upload, part, this.expirySeconds)));
  }

  async list(videoId: string | undefined, ownerId: string): Promise<readonly StoredPart[]> {
    return this.partsOf((await this.findOpen(videoId, ownerId)).upload);
  }

  /**
   * Makes the source of its parts and marks the video QUEUED. Safe to repeat, also at the same time: the source is stored once, and
   * the second caller gets the video as it is then.
   */
  async complete(videoId: string | undefined, ownerId: string, checksum: string): Promise<Video> {
    const found = await this.find(videoId, ownerId);
    if (found.status !== VideoStatus.AWAITING_UPLOAD && found.multipart) return found;
    const { video, multipart, upload } = open(found);
    const parts = await this.partsOf(upload);
    checkComplete(parts, video.sizeBytes, multipart.partSize);
    const outcome = await this.uploads.complete(upload, { sizeBytes: video.sizeBytes, checksum, parts });
    if (outcome === 'gone') throw uploadGone();
    if (outcome === 'checksum') return this.refuse(video, upload);
    return await this.catalog.markQueued(video.videoId, video.sizeBytes) ?? this.find(videoId, ownerId);
  }

  /** Ends an upload of any kind: the video is DELETED, whatever was sent is removed, and what still arrives is never processed. */
  async abort(videoId: string | undefined, ownerId: string): Promise<void> {
    const video = await this.find(videoId, ownerId);
    if (!await this.catalog.abort(video.videoId)) throw conflict('UPLOAD_COMPLETE', 'The upload is complete; it can no longer be aborted.');
    if (video.multipart) await this.uploads.abort({ key: sourceKey(video.videoId), uploadId: video.multipart.uploadId });
  }

  /** The catalog first: should this end between the two, the bucket sweeps the parts away. */
  private async refuse(video: Video, upload: SourceUpload): Promise<never> {
    const { code, message } = new RejectedError(RejectionCode.CHECKSUM_MISMATCH, 'The bytes that arrived are not those of the file: their checksum differs.');
    await this.catalog.refuse(video.videoId, { code, message });
    await this.uploads.abort(upload);
    throw conflict(code, message);
  }

  private async findOpen(videoId: string | undefined, ownerId: string): Promise<OpenUpload> {
    return open(await this.find(videoId, ownerId));
  }

  private async partsOf(upload: SourceUpload): Promise<readonly StoredPart[]> {
    const parts = await this.uploads.listParts(upload);
    if (!parts) throw uploadGone();
    return parts;
  }
}

/** Parts that an upload of this size has. */
export function partCountOf(sizeBytes: number, partSize: number): number {
  return Math.ceil(sizeBytes / partSize);
}

function open(video: Video): OpenUpload {
  const { multipart } = video;
  if (!multipart) throw conflict('UPLOAD_NOT_MULTIPART', 'This upload uses a form; it has no parts.');
  if (video.status !== VideoStatus.AWAITING_UPLOAD) throw conflict('UPLOAD_COMPLETE', 'The upload has ended; it takes no more parts.');
  return { video, multipart, upload: { key: sourceKey(video.videoId), uploadId: multipart.uploadId } };
}

function bytesOfPart(partNumber: number, sizeBytes: number, partSize: number): number {
  return Math.min(partSize, sizeBytes - (partNumber - 1) * partSize);
}

function checkPart(part: PartToSign, sizeBytes: number, partSize: number): void {
  const count = partCountOf(sizeBytes, partSize);
  if (part.partNumber > count) throw badRequest('PART_INVALID', `There is no part ${part.partNumber}: the file has ${count} parts of ${partSize} bytes.`);
  const expected = bytesOfPart(part.partNumber, sizeBytes, partSize);
  if (part.sizeBytes !== expected) throw badRequest('PART_INVALID', `Part ${part.partNumber} has ${expected} bytes; got ${part.sizeBytes}.`);
}

function checkComplete(parts: readonly StoredPart[], sizeBytes: number, partSize: number): void {
  const whole = parts.filter(part => part.sizeBytes === bytesOfPart(part.partNumber, sizeBytes, partSize));
  const there = new Set(whole.map(part => part.partNumber));
  const count = partCountOf(sizeBytes, partSize);
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter(number => !there.has(number));
  if (missing.length === 0) return;
  throw conflict('UPLOAD_INCOMPLETE', `${missing.length} of ${count} parts are missing, the first is part ${missing[0]}. Send them and complete again.`);
}

function uploadGone() {
  return conflict('UPLOAD_GONE', 'The upload was completed or has expired. Ask for its status; if the video still awaits its upload, create a new one.');
}
