/** Videos as the API shows them. What is not listed here never leaves: owner, keys, epochs, hashes. */
import { SourceWarning } from '../domain/source-warning';
import { Failure, Progress, Video, VideoStatus, Visibility } from '../domain/video';

export interface VideoSummary {
  readonly videoId: string;
  readonly title: string;
  readonly status: VideoStatus;
  readonly visibility: Visibility;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly views: number;
  readonly likes: number;
  readonly sizeBytes: number;
  readonly durationSeconds?: number;
  readonly progress?: Progress;
  readonly failure?: Failure;
}

export interface RenditionView {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Bits per second. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly codecs: string;
  readonly sizeBytes: number;
}

export interface VideoDetail extends VideoSummary {
  readonly owned: boolean;
  readonly contentType: string;
  /** Of the owner's own file, so shown to the owner alone. */
  readonly fileName?: string;
  readonly correlationId?: string;
  /** What the owner should know of the file: damage that was concealed, audio that was left out. */
  readonly warnings?: readonly SourceWarning[];
  readonly renditions?: readonly RenditionView[];
}

export function summaryOf(video: Video): VideoSummary {
  const { videoId, title, status, visibility, createdAt, updatedAt, views, likes, sizeBytes, progress, failure, published } = video;
  return {
    videoId,
    title,
    status,
    visibility,
    createdAt,
    updatedAt,
    views,
    likes,
    sizeBytes,
    failure,
    // The last progress of a job that has ended says nothing any more.
    progress: status === VideoStatus.PROCESSING ? progress : undefined,
    durationSeconds: published?.durationSeconds,
  };
}

export function detailOf(video: Video, userId: string): VideoDetail {
  const owned = video.ownerId === userId;
  return {
    ...summaryOf(video),
    owned,
    contentType: video.contentType,
    ...(owned ? { fileName: video.fileName, correlationId: video.correlationId, warnings: video.published?.warnings } : {}),
    renditions: video.published?.renditions.map(({ name, width, height, frameRate, bandwidth, averageBandwidth, codecs, sizeBytes }) =>
      ({ name, width, height, frameRate, bandwidth, averageBandwidth, codecs, sizeBytes })),
  };
}
