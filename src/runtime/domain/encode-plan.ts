import { audioFilters, audioOutputOptions } from './audio-track';
import { outputFrameRate } from './frame-rate';
import { PlannedRung, planLadder } from './ladder';
import { Rational, toNumber } from './rational';
import { SourceFacts } from './source-facts';
import { planThumbnails, thumbnailFilters, THUMBNAIL_OUTPUT_OPTIONS, ThumbnailPlan } from './thumbnails';
import { untrustedInputOptions } from './untrusted-input';
import { encoderOptions, maxBitrate } from './video-encoders';
import { topPictureFilters } from './video-filters';
import { LadderProfileSpec, VideoCodec } from '../contract/ladder-profile';
import { outputBytesByBitrate } from '../contract/processing-limits';

/** Longest segment. Groups of pictures are cut to the whole picture below it. */
export const SEGMENT_SECONDS = 4;
export const SEGMENT_FILE_TYPE = 'video/mp4';

export interface PlannedRendition {
  readonly name: string;
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  /** Cap of the video bit rate, bits per second. */
  readonly maxBitrate: number;
  readonly file: string;
  readonly playlist: string;
  readonly iFramePlaylist: string;
}

export interface PlannedAudio {
  readonly file: string;
  readonly playlist: string;
  readonly bitrate: number;
  /** Also offered as a variant of its own. */
  readonly audioOnlyVariant: boolean;
}

/** The one MP4 file for players without HLS, put together from a rendition and the sound. */
export interface PlannedProgressive {
  readonly file: string;
  readonly video: string;
  readonly audio?: string;
}

/** An ffmpeg command as data; whoever runs it adds the source's path and its own limits. */
export interface FfmpegArguments {
  /** Before `-i`. */
  readonly inputOptions: readonly string[];
  readonly filterGraph: string;
  readonly outputs: ReadonlyArray<{ readonly file: string; readonly options: readonly string[] }>;
}

/** Everything about one encode, decided before it starts. */
export interface EncodePlan {
  readonly source: SourceFacts;
  readonly frameRate: Rational;
  /** Pictures in every rendition. */
  readonly frames: number;
  readonly durationSeconds: number;
  readonly gopFrames: number;
  readonly segmentSeconds: number;
  /** Largest first. */
  readonly renditions: readonly PlannedRendition[];
  readonly audio?: PlannedAudio;
  readonly progressive?: PlannedProgressive;
  readonly thumbnails: ThumbnailPlan;
  readonly ffmpeg: FfmpegArguments;
  /** No less than the outputs will take, for disk accounting before the start. */
  readonly estimatedOutputBytes: number;
}

/** Pure: the same facts and profile give the same plan. */
export function planEncode(source: SourceFacts, profile: LadderProfileSpec): EncodePlan {
  const frameRate = outputFrameRate(source.video.frameRate, profile.maxFrameRate, source.video.frames / source.durationSeconds);
  const frames = Math.max(1, Math.round(source.durationSeconds * toNumber(frameRate)));
  const gopFrames = Math.max(1, Math.floor(SEGMENT_SECONDS * toNumber(frameRate) + 1e-6));
  const timing = { frameRate, frames, durationSeconds: frames / toNumber(frameRate) };
  const rungs = planLadder(profile.rungs, source.video);
  const renditions = rungs.map(rung => planRendition(rung, frameRate));
  const audio = source.audio && {
    file: 'audio.mp4', playlist: 'audio.m3u8', bitrate: profile.audioBitrate, audioOnlyVariant: profile.audioOnlyRung,
  };
  const thumbnails = planThumbnails(renditions[0], timing);
  const segmentSeconds = gopFrames / toNumber(frameRate);
  return {
    source,
    ...timing,
    gopFrames,
    segmentSeconds,
    renditions,
    audio,
    progressive: profile.progressiveMp4 ? planProgressive(renditions, audio) : undefined,
    thumbnails,
    ffmpeg: {
      inputOptions: [...untrustedInputOptions(source.container), '-noautorotate', '-reinit_filter', '0'],
      filterGraph: filterGraph(source, rungs, timing, thumbnails, audio !== undefined),
      outputs: [
        ...rungs.map((rung, index) => ({
          file: renditions[index].file,
          options: videoOutputOptions(index, rung, frameRate, gopFrames, profile),
        })),
        ...(audio ? [{ file: audio.playlist, options: audioOutputOptions(audio, segmentSeconds) }] : []),
        { file: thumbnails.rawFile, options: THUMBNAIL_OUTPUT_OPTIONS },
      ],
    },
    estimatedOutputBytes: estimateBytes(renditions, audio, timing.durationSeconds, profile.progressiveMp4),
  };
}

function planRendition({ rung, width, height }: PlannedRung, frameRate: Rational): PlannedRendition {
  return {
    name: rung.name,
    codec: rung.codec,
    width,
    height,
    maxBitrate: maxBitrate(rung, frameRate),
    file: `${rung.name}.mp4`,
    playlist: `${rung.name}.m3u8`,
    iFramePlaylist: `${rung.name}-iframes.m3u8`,
  };
}

/** Largest H.264 rendition up to 720p: what a player too old for HLS can be trusted with. */
function planProgressive(renditions: readonly PlannedRendition[], audio?: PlannedAudio): PlannedProgressive {
  const playable = renditions.filter(rendition => rendition.codec === 'h264');
  const candidates = playable.length > 0 ? playable : renditions;
  const chosen = candidates.find(({ width, height }) => Math.min(width, height) <= 720) ?? candidates[candidates.length - 1];
  return { file: 'progressive.mp4', video: chosen.file, audio: audio?.file };
}

type Timing = Pick<EncodePlan, 'frameRate' | 'frames' | 'durationSeconds'>;

/** One decode feeds every rung: source → largest picture → split → one scaled copy a rung, and the thumbnails. */
function filterGraph(
  source: SourceFacts, rungs: readonly PlannedRung[], timing: Timing, thumbnails: ThumbnailPlan, withAudio: boolean,
): string {
  const top = rungs.reduce((largest, rung) => (rung.width > largest.width ? rung : largest));
  const chain = topPictureFilters(source.video, { ...timing, width: top.width, height: top.height });
  const copies = rungs.map((_, index) => `[s${index}]`).join('');
  return [
    `[0:${source.video.streamIndex}]${chain.join(',')},split=${rungs.length + 1}${copies}[s]`,
    ...rungs.map(({ width, height }, index) =>
      `[s${index}]${width === top.width && height === top.height ? 'null' : `scale=${width}:${height}:flags=bicubic`}[v${index}]`),
    `[s]${thumbnailFilters(thumbnails).join(',')}[thumbnails]`,
    // ffmpeg 5 copies display matrix and HDR metadata from the input to the outputs of a graph with exactly one input, and
    // players would turn the picture a second time. This second input drops the same decoded pictures, and the copying.
    `[0:${source.video.streamIndex}]nullsink`,
    ...(withAudio ? [`[0:${source.audio!.streamIndex}]${audioFilters(source.audio!, timing.durationSeconds).join(',')}[audio]`] : []),
  ].join(';');
}

/** Nothing of the source but its pictures reaches an output: no titles, places, chapters or subtitles. */
export const NO_METADATA: readonly string[] = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];

function videoOutputOptions(
  index: number, { rung }: PlannedRung, frameRate: Rational, gopFrames: number, profile: LadderProfileSpec,
): readonly string[] {
  return [
    '-map', `[v${index}]`, ...NO_METADATA,
    ...encoderOptions({ rung, frameRate, gopFrames, effort: profile.effort ?? 'fast' }),
    // One fragment a group of pictures. The delay of reordered pictures goes into an edit list rather than into negative
    // composition offsets: browsers read both, but ffmpeg reads the latter as pictures that come two frames late.
    '-f', 'mp4', '-movflags', '+frag_keyframe+delay_moov+default_base_moof+skip_trailer',
  ];
}

function estimateBytes(
  renditions: readonly PlannedRendition[], audio: PlannedAudio | undefined, seconds: number, progressive: boolean,
): number {
  const video = renditions.reduce((sum, { maxBitrate: rate }) => sum + rate, 0);
  const copied = progressive ? renditions[0].maxBitrate + (audio?.bitrate ?? 0) : 0;
  const bitsPerSecond = video + copied + (audio?.bitrate ?? 0);
  return outputBytesByBitrate(bitsPerSecond, seconds);
}
