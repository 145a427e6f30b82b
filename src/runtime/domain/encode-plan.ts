import { audioFilters, audioOutputOptions } from './audio-track';
import { outputFrameRate } from './frame-rate';
import { PlannedRung, planLadder } from './ladder';
import { Rational, toNumber } from './rational';
import { SourceFacts } from './source-facts';
import { planThumbnails, thumbnailFilters, thumbnailOutputOptions, ThumbnailPlan } from './thumbnails';
import { untrustedInputOptions } from './untrusted-input';
import { encoderOptions, maxBitrate } from './video-encoders';
import { topPictureFilters } from './video-filters';
import { LadderProfileSpec, VideoCodec } from '../contract/ladder-profile';
import { outputBytesByBitrate } from '../contract/processing-limits';

/** Longest segment. Groups of pictures are cut to the whole picture below it. */
export const SEGMENT_SECONDS = 4;
/**
 * Shortest last segment of several. One key picture on its own in a thirtieth of a second would be the peak that the master playlist
 * states of the whole rendition, many times the real one, and players would take the next smaller.
 */
const SHORTEST_TAIL_SECONDS = 1;
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
  /** For each time that the source is opened, the options before its `-i`. */
  readonly inputs: ReadonlyArray<readonly string[]>;
  /** Of the pictures; the sound's filters are options of its output. */
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
  const gopFrames = groupLength(frames, toNumber(frameRate));
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
      inputs: inputs(source),
      filterGraph: filterGraph(source, rungs, timing, thumbnails),
      outputs: [
        ...rungs.map((rung, index) => ({
          file: renditions[index].file,
          options: videoOutputOptions(index, rung, frameRate, gopFrames, profile),
        })),
        ...(audio ? [{
          file: audio.playlist,
          options: [
            '-map', `${SOUND_INPUT}:${source.audio!.streamIndex}`, '-af', audioFilters(source.audio!, timing.durationSeconds).join(','),
            ...audioOutputOptions(audio, segmentSeconds),
          ],
        }] : []),
        { file: thumbnails.rawFile, options: thumbnailOutputOptions(thumbnails) },
      ],
    },
    estimatedOutputBytes: estimateBytes(renditions, audio, timing.durationSeconds, profile.progressiveMp4),
  };
}

/** The longest group of pictures that leaves no tail, or one that is long enough. */
function groupLength(frames: number, frameRate: number): number {
  const longest = Math.max(1, Math.floor(SEGMENT_SECONDS * frameRate + 1e-6));
  if (frames <= longest) return longest;
  const shortestTail = Math.ceil(SHORTEST_TAIL_SECONDS * frameRate - 1e-6);
  const suits = (group: number) => frames % group === 0 || frames % group >= shortestTail;
  for (let group = longest; group > longest / 2; group -= 1) if (suits(group)) return group;
  return longest;
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

const SOUND_INPUT = 1;

/**
 * The sound is read through an input, and filtered in a graph, of its own. ffmpeg works for the output that lags behind until it has
 * something for it: with one input, a single picture that shows for a minute beside a sound that has ended, or pauses, becomes
 * thousands of raw pictures in memory before the first of them is encoded.
 */
function inputs({ container, audio }: SourceFacts): ReadonlyArray<readonly string[]> {
  const options = [...untrustedInputOptions(container), '-noautorotate', '-reinit_filter', '0'];
  return audio ? [[...options, '-an'], [...options, '-vn']] : [options];
}

type Timing = Pick<EncodePlan, 'frameRate' | 'frames' | 'durationSeconds'>;

/** One decode feeds every rung: source → largest picture → split → one scaled copy a rung, and the thumbnails from the smallest. */
function filterGraph(source: SourceFacts, rungs: readonly PlannedRung[], timing: Timing, thumbnails: ThumbnailPlan): string {
  const top = rungs.reduce((largest, rung) => (rung.width > largest.width ? rung : largest));
  const chain = topPictureFilters(source.video, { ...timing, width: top.width, height: top.height });
  const smallest = rungs.reduce((least, rung) => (rung.width < least.width ? rung : least));
  const copies = rungs.map((_, index) => `[s${index}]`).join('');
  return [
    `[0:${source.video.streamIndex}]${chain.join(',')},split=${rungs.length}${copies}`,
    ...rungs.map((rung, index) => `[s${index}]${rungFilters(rung, top)}${rung === smallest ? `,split[v${index}][s]` : `[v${index}]`}`),
    `[s]${thumbnailFilters(thumbnails).join(',')}[thumbnails]`,
    // ffmpeg 5 copies display matrix and HDR metadata from the input to the outputs of a graph with exactly one input, and
    // players would turn the picture a second time. This second input drops the same decoded pictures, and the copying.
    `[0:${source.video.streamIndex}]nullsink`,
  ].join(';');
}

function rungFilters({ width, height }: PlannedRung, top: PlannedRung): string {
  if (width === top.width && height === top.height) return 'null';
  // The even width of a rung is a hair off the source's shape, which `scale` would make up for with oblong pixels.
  return `scale=${width}:${height}:flags=bicubic,setsar=1`;
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
