import { Rational } from './rational';
import { SourceWarning } from './source-warning';

/** Demuxer families that we accept; the extension of a file says nothing. */
export type SourceContainer = 'mov' | 'matroska' | 'avi' | 'flv' | 'asf' | 'mpegts' | 'mpeg' | 'mxf';

/** How the frame must be turned to be upright: flipped left to right first, then rotated clockwise. */
export interface Orientation {
  readonly flipped: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
}

/** Names as ffmpeg prints them; undefined when the file does not say. */
export interface ColourFacts {
  readonly matrix?: string;
  readonly primaries?: string;
  readonly transfer?: string;
  readonly fullRange: boolean;
  /** Brightest light of an HDR file by its own word, cd/m². */
  readonly peakNits?: number;
}

export interface VideoFacts {
  readonly streamIndex: number;
  readonly codec: string;
  /** As coded, before rotation and pixel shape. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: Rational;
  readonly orientation: Orientation;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly colour: ColourFacts;
  readonly interlaced: boolean;
  /** Rate of the constant-rate output before any cap: the source's own, or for a variable one the rate of its motion. */
  readonly frameRate: Rational;
  readonly variableFrameRate: boolean;
  /** Frames in the file. */
  readonly frames: number;
  /** Seconds after the start of the file at which the first frame is shown, and at which the last one ends. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** When the last frame is first shown. */
  readonly lastPictureSeconds: number;
}

export interface AudioFacts {
  readonly streamIndex: number;
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
  /** Packets in the file. */
  readonly packets?: number;
  /** The file does not say which channel is which. */
  readonly layoutUnknown?: boolean;
  /** The time stamps contradict the content: samples are counted instead. */
  readonly ignoreTimes?: boolean;
  /** A second mono stream, which is the right channel. */
  readonly rightStreamIndex?: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What the processor knows of a source once it has looked at every packet (but decoded none). */
export interface SourceFacts {
  readonly container: SourceContainer;
  readonly sizeBytes: number;
  /** From the first to the end of the last frame or audio, by the packets rather than by the header. */
  readonly durationSeconds: number;
  /** Streams of every kind, those that are ignored included. */
  readonly streams: number;
  readonly video: VideoFacts;
  readonly audio?: AudioFacts;
  readonly warnings: readonly SourceWarning[];
}

/** Width and height as a viewer sees the source: square pixels, upright. */
export function displaySize(video: VideoFacts): { readonly width: number; readonly height: number } {
  const width = Math.max(1, Math.round(video.width * video.pixelAspect.numerator / video.pixelAspect.denominator));
  const upright = video.orientation.rotation % 180 === 0;
  return upright ? { width, height: video.height } : { width: video.height, height: width };
}

export function isHighDynamicRange(video: VideoFacts): boolean {
  return video.colour.transfer === 'smpte2084' || video.colour.transfer === 'arib-std-b67';
}

export function hasAlpha({ pixelFormat }: VideoFacts): boolean {
  return /^(yuva|gbrap|rgba|bgra|argb|abgr|ya8|ya16|pal8)/.test(pixelFormat);
}
