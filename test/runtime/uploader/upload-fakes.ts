import { VideoExistsError } from '../../../src/runtime/domain/errors';
import { Failure, Video, VideoStatus } from '../../../src/runtime/domain/video';
import { NewSourceUpload } from '../../../src/runtime/ports/source-uploads';
import { ClaimOutcome, IdempotencyKey, UploadCatalog } from '../../../src/runtime/ports/upload-catalog';
import { UploadForm, UploadFormRequest, UploadSigner } from '../../../src/runtime/ports/upload-signer';

export class InMemoryUploadCatalog implements UploadCatalog {
  readonly videos = new Map<string, Video>();
  readonly keys = new Map<string, { readonly videoId: string; readonly fingerprint: string }>();
  /** Runs before each creation: where a test makes it fail, or lets another request overtake. */
  beforeCreate: (video: Video) => void = () => undefined;

  async create(video: Video): Promise<void> {
    this.beforeCreate(video);
    if (this.videos.has(video.videoId)) throw new VideoExistsError('taken');
    this.videos.set(video.videoId, video);
  }

  async get(videoId: string): Promise<Video | undefined> {
    return this.videos.get(videoId);
  }

  async claim({ ownerId, key, fingerprint }: IdempotencyKey, videoId: string): Promise<ClaimOutcome> {
    const existing = this.keys.get(`${ownerId} ${key}`);
    if (!existing) {
      this.keys.set(`${ownerId} ${key}`, { videoId, fingerprint });
      return { kind: 'claimed' };
    }
    return existing.fingerprint === fingerprint ? { kind: 'replay', videoId: existing.videoId } : { kind: 'conflict' };
  }

  async markQueued(videoId: string, sizeBytes: number): Promise<Video | undefined> {
    const video = this.videos.get(videoId);
    if (video?.status !== VideoStatus.AWAITING_UPLOAD) return undefined;
    const queued = { ...video, status: VideoStatus.QUEUED, sizeBytes };
    this.videos.set(videoId, queued);
    return queued;
  }

  async refuse(videoId: string, failure: Failure): Promise<boolean> {
    return this.end(videoId, { status: VideoStatus.REJECTED, failure });
  }

  async abort(videoId: string): Promise<boolean> {
    return this.end(videoId, { status: VideoStatus.DELETED });
  }

  private end(videoId: string, changes: Partial<Video>): boolean {
    const video = this.videos.get(videoId);
    if (video?.status !== VideoStatus.AWAITING_UPLOAD) return false;
    this.videos.set(videoId, { ...video, ...changes });
    return true;
  }
}

export class EchoSigner implements UploadSigner {
  readonly requests: UploadFormRequest[] = [];

  async signForm(request: UploadFormRequest): Promise<UploadForm> {
    this.requests.push(request);
    return { url: 'https://bucket.example/', fields: { key: request.key }, expiresAt: new Date(0) };
  }
}

/** Begins uploads, and keeps what was asked. */
export class EchoSourceUploads {
  readonly begun: NewSourceUpload[] = [];

  begin = async (upload: NewSourceUpload): Promise<string> => `upload-${this.begun.push(upload)}`;
}
