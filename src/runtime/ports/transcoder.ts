import { EncodePlan } from '../domain/encode-plan';
import { SourceFacts } from '../domain/source-facts';
import { SourceWarning } from '../domain/source-warning';
import { Rendition } from '../domain/video';

export interface EncodeOptions {
  /** Aborting kills the encoder at once. */
  readonly signal: AbortSignal;
  /** 0 to 100, never backwards. */
  readonly onProgress?: (percent: number) => void;
}

/** A file that the transcoder made, relative to the output folder. */
export interface EncodedFile {
  readonly file: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

export interface EncodedMedia {
  /** Upload these first: a playlist never names an absent object. */
  readonly mediaFiles: readonly EncodedFile[];
  /** The master playlist is the last. */
  readonly playlists: readonly EncodedFile[];
  readonly masterPlaylist: string;
  readonly renditions: readonly Rendition[];
  readonly durationSeconds: number;
  readonly encodeSeconds: number;
  /** Of what showed in decoding; those of the inspection are in the source's facts. */
  readonly warnings?: readonly SourceWarning[];
}

export interface EncodedImages {
  /** One image in several formats, JPEG first. */
  readonly posters: readonly EncodedFile[];
  /** Sprite sheet and the WebVTT file that maps time to its tiles, in this order. */
  readonly storyboard: readonly EncodedFile[];
}

/**
 * ffprobe, ffmpeg and the image library, behind one wall. All work on local files; none reaches the network.
 *
 * Every method throws RejectedError when the file will never become a video, TransientError when another try may work
 * (killed from outside, stalled, scratch full) and PermanentError when our own installation is at fault. An aborted
 * signal makes them throw its `reason`.
 */
export interface Transcoder {
  /** Checks and describes a source. Reads every packet, decodes none. */
  inspect(sourceFile: string, signal: AbortSignal): Promise<SourceFacts>;
  /** Runs the plan. The output folder must exist; afterwards it holds every media file and playlist. */
  encode(plan: EncodePlan, sourceFile: string, outputFolder: string, options: EncodeOptions): Promise<EncodedMedia>;
  /** Makes poster and storyboard from what `encode` left in the output folder. */
  images(plan: EncodePlan, outputFolder: string, signal: AbortSignal): Promise<EncodedImages>;
  /** Versions of the tools, for the metadata document. */
  versions(): Promise<Readonly<Record<string, string>>>;
}
