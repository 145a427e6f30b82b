import { outputFrameRate } from './frame-rate';
import { maxBitrate, PlannedRung, planLadder } from './ladder';
import { Rational, toNumber } from './rational';
import { SourceFacts } from './source-facts';
import { planThumbnails, ThumbnailPlan } from './thumbnails';
import { EncoderEffort, LadderProfileSpec, LadderRung, VideoCodec } from '../contract/ladder-profile';
import { outputBytesByBitrate } from '../contract/processing-limits';

/** Longest segment. Groups of pictures (GOPs) are cut to the whole frame below it. */
const SEGMENT_SECONDS = 4;
/**
 * Shortest last segment of several. A single key frame in a thirtieth of a second would set the peak that the master playlist
 * states for the whole rendition, many times the real one, and players would choose a smaller rendition.
 */
const SHORTEST_TAIL_SECONDS = 1;

export interface PlannedRendition {
  readonly name: string;
  /** What the profile asks of this rendition. */
  readonly rung: LadderRung;
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

/** The one MP4 file for players without HLS, put together from a rendition and the audio. */
export interface PlannedProgressive {
  readonly file: string;
  readonly video: string;
  readonly audio?: string;
}

/** Everything about one encode, decided before it starts. What to make; how is the adapter's business. */
export interface EncodePlan {
  readonly source: SourceFacts;
  readonly effort: EncoderEffort;
  readonly frameRate: Rational;
  /** Frames in every rendition. */
  readonly frames: number;
  readonly durationSeconds: number;
  readonly gopFrames: number;
  readonly segmentSeconds: number;
  /** Largest first. */
  readonly renditions: readonly PlannedRendition[];
  readonly audio?: PlannedAudio;
  readonly progressive?: PlannedProgressive;
  readonly thumbnails: ThumbnailPlan;
  /** At least what the outputs will take, in bytes, to reserve disk before the start. */
  readonly estimatedOutputBytes: number;
}

/** Pure: the same facts and profile give the same plan. */
export function planEncode(source: SourceFacts, profile: LadderProfileSpec): EncodePlan {
  const frameRate = outputFrameRate(source.video.frameRate, profile.maxFrameRate, source.video.frames / source.durationSeconds);
  const frames = Math.max(1, Math.round(source.durationSeconds * toNumber(frameRate)));
  const gopFrames = groupLength(frames, toNumber(frameRate));
  const timing = { frameRate, frames, durationSeconds: frames / toNumber(frameRate) };
  const renditions = planLadder(profile.rungs, source.video).map(rung => planRendition(rung, frameRate));
  const audio = source.audio && {
    file: 'audio.mp4', playlist: 'audio.m3u8', bitrate: profile.audioBitrate, audioOnlyVariant: profile.audioOnlyRung,
  };
  return {
    source,
    effort: profile.effort ?? 'fast',
    ...timing,
    gopFrames,
    segmentSeconds: gopFrames / toNumber(frameRate),
    renditions,
    audio,
    progressive: profile.progressiveMp4 ? planProgressive(renditions, audio) : undefined,
    thumbnails: planThumbnails(renditions[0], timing),
    estimatedOutputBytes: estimateBytes(renditions, audio, timing.durationSeconds, profile.progressiveMp4),
  };
}

/** The longest group of pictures that leaves no last segment, or one that is long enough. */
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
    rung,
    codec: rung.codec,
    width,
    height,
    maxBitrate: maxBitrate(rung, frameRate),
    file: `${rung.name}.mp4`,
    playlist: `${rung.name}.m3u8`,
    iFramePlaylist: `${rung.name}-iframes.m3u8`,
  };
}

/** Largest H.264 rendition up to 720p: what a player too old for HLS can play. */
function planProgressive(renditions: readonly PlannedRendition[], audio?: PlannedAudio): PlannedProgressive {
  const playable = renditions.filter(rendition => rendition.codec === 'h264');
  const candidates = playable.length > 0 ? playable : renditions;
  const chosen = candidates.find(({ width, height }) => Math.min(width, height) <= 720) ?? candidates[candidates.length - 1];
  return { file: 'progressive.mp4', video: chosen.file, audio: audio?.file };
}

function estimateBytes(
  renditions: readonly PlannedRendition[], audio: PlannedAudio | undefined, seconds: number, progressive: boolean,
): number {
  const video = renditions.reduce((sum, { maxBitrate: rate }) => sum + rate, 0);
  const copied = progressive ? renditions[0].maxBitrate + (audio?.bitrate ?? 0) : 0;
  const bitsPerSecond = video + copied + (audio?.bitrate ?? 0);
  return outputBytesByBitrate(bitsPerSecond, seconds);
}
