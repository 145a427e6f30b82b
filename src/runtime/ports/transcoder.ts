import { EncodePlan, SourceFacts } from '../domain/encode-plan';
import { Rendition } from '../domain/video';

export interface EncodeOptions {
  readonly signal: AbortSignal;
  /** 0 to 100. */
  readonly onProgress: (percent: number) => void;
}

/** A file that the transcoder made, relative to the output folder. */
export interface EncodedFile {
  readonly file: string;
  readonly contentType: string;
}

/** ffprobe, ffmpeg and the image library, behind one wall. All work on local files; none reaches the network. */
export interface Transcoder {
  /** Checks and describes a source: RejectedError when it is not a video we accept. */
  inspect(sourceFile: string, signal: AbortSignal): Promise<SourceFacts>;
  /** Runs the plan; the output folder then holds every media file, playlists included. */
  encode(plan: EncodePlan, sourceFile: string, outputFolder: string, options: EncodeOptions): Promise<EncodedMedia>;
  /** Makes poster (and later storyboard) images. */
  images(plan: EncodePlan, sourceFile: string, outputFolder: string, signal: AbortSignal): Promise<readonly EncodedFile[]>;
  /** Versions of the tools, for the metadata document. */
  versions(): Promise<Readonly<Record<string, string>>>;
}

export interface EncodedMedia {
  /** Media files first, playlists after them: the order of upload. */
  readonly mediaFiles: readonly EncodedFile[];
  readonly playlists: readonly EncodedFile[];
  readonly renditions: readonly Rendition[];
  readonly durationSeconds: number;
  readonly encodeSeconds: number;
}
