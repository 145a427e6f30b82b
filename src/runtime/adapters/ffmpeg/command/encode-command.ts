import { audioFilters, audioOutputOptions } from './audio-options';
import { encoderOptions } from './encoder-options';
import { positionFilters, reportEvery } from './position-filters';
import { thumbnailFilters, thumbnailOutputOptions } from './thumbnail-options';
import { untrustedInputOptions } from './untrusted-input';
import { topFrameFilters } from './video-filters';
import { EncodePlan, PlannedAudio, PlannedRendition } from '../../../domain/encode-plan';
import { AudioFacts, SourceFacts } from '../../../domain/source-facts';

/** One ffmpeg command as data. The caller adds the path of the source and the limits of the process. */
export interface EncodeCommand {
  /** Options before the `-i` of the source. */
  readonly input: readonly string[];
  /** Of the video; the audio's filters are options of its output. */
  readonly filterGraph: string;
  readonly outputs: ReadonlyArray<{ readonly file: string; readonly options: readonly string[] }>;
}

/** Nothing of the source but its frames reaches an output: no titles, places, chapters or subtitles. */
export const NO_METADATA: readonly string[] = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];

/** A filter graph that started anew at a change of shape would count its times from zero again. */
const ONE_GRAPH: readonly string[] = ['-reinit_filter', '0'];

/** Pure: the arguments that make every rendition and the thumbnails of `plan`. */
export function videoCommand(plan: EncodePlan): EncodeCommand {
  return {
    input: [...untrustedInputOptions(plan.source.container), '-noautorotate', ...ONE_GRAPH, '-an'],
    filterGraph: filterGraph(plan),
    outputs: [
      ...plan.renditions.map((rendition, index) => ({ file: rendition.file, options: videoOutputOptions(index, rendition, plan) })),
      { file: plan.thumbnails.rawFile, options: thumbnailOutputOptions(plan.thumbnails) },
    ],
  };
}

/**
 * Pure: the arguments that make the audio of `plan`, by a process of its own. It may have to try twice, and the video must not pay for that.
 * Nor must frames wait for it: beside audio that has ended, or pauses, one frame that is shown for a minute would become thousands of
 * raw frames in memory before the first of them is encoded.
 *
 * @param uniform the input is what `uniformAudioCommand` wrote
 */
export function audioCommand(plan: EncodePlan, track: PlannedAudio, audio: AudioFacts, uniform = false): EncodeCommand {
  const facts = uniform ? { ...audio, streamIndex: 0, rightStreamIndex: undefined, channels: 2, layoutUnknown: false } : audio;
  // ffmpeg takes the first packet of each input for zero; the uniform file has nothing before the audio.
  const later = ['-protocol_whitelist', 'file', '-itsoffset', Math.max(0, audio.startSeconds).toFixed(6), '-f', 'matroska'];
  return {
    input: uniform ? later : [...untrustedInputOptions(plan.source.container), ...ONE_GRAPH, '-vn'],
    filterGraph: '',
    outputs: [{ file: track.playlist, options: [...audioSource(facts, plan.durationSeconds), ...audioOutputOptions(track, plan.segmentSeconds)] }],
  };
}

/** One decode feeds every rendition: source → largest frame → split → one scaled copy per rendition, and thumbnails from the smallest. */
function filterGraph(plan: EncodePlan): string {
  const { source, renditions, thumbnails } = plan;
  const top = renditions.reduce((largest, rendition) => (rendition.width > largest.width ? rendition : largest));
  const smallest = renditions.reduce((least, rendition) => (rendition.width < least.width ? rendition : least));
  const { frameRate, frames, durationSeconds } = plan;
  const chain = topFrameFilters(source.video, { frameRate, frames, durationSeconds, width: top.width, height: top.height });
  const copies = renditions.map((_, index) => `[s${index}]`).join('');
  return [
    `[0:${source.video.streamIndex}]${chain.join(',')},split=${renditions.length}${copies}`,
    ...renditions.map((rendition, index) => `[s${index}]${scaleFilters(rendition, top)}${rendition === smallest ? `,split[v${index}][s]` : `[v${index}]`}`),
    `[s]${thumbnailFilters(thumbnails).join(',')}[thumbnails]`,
    // ffmpeg 5 copies display matrix and HDR metadata from the input to the outputs of a graph with exactly one input, and
    // players would rotate the video a second time. This second input drops the same decoded frames, and prevents the copying.
    // On the way it says how far decoding has come.
    `[0:${source.video.streamIndex}]${positionFilters('video').join(',')},nullsink`,
  ].join(';');
}

function scaleFilters({ width, height }: PlannedRendition, top: PlannedRendition): string {
  if (width === top.width && height === top.height) return 'null';
  // The even width of a rendition differs slightly from the shape of the source; `scale` would make up for it with oblong pixels.
  return `scale=${width}:${height}:flags=bicubic,setsar=1`;
}

function videoOutputOptions(index: number, rendition: PlannedRendition, { gopFrames, effort }: EncodePlan): readonly string[] {
  return [
    '-map', `[v${index}]`, ...NO_METADATA,
    ...encoderOptions(rendition, gopFrames, effort),
    // One fragment per group of pictures. The delay of reordered frames goes into an edit list rather than into negative
    // composition offsets: browsers read both, but ffmpeg shows the latter two frames late.
    '-f', 'mp4', '-movflags', '+frag_keyframe+delay_moov+default_base_moof+skip_trailer',
  ];
}

/** One stream, or two mono ones that become left and right: each on its own clock until both are as long as the video. */
function audioSource(audio: AudioFacts, durationSeconds: number): readonly string[] {
  const filters = audioFilters(audio, durationSeconds).join(',');
  const heard = `asplit[heard],${positionFilters('audio').join(',')},anullsink;[heard]${filters}`;
  if (audio.rightStreamIndex === undefined) return ['-map', `0:${audio.streamIndex}`, '-af', heard];
  const graph = `[0:${audio.streamIndex}]${heard},pan=mono|c0=c0[left];[0:${audio.rightStreamIndex}]${filters},pan=mono|c0=c0[right];`
    + '[left][right]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR[stereo]';
  return ['-filter_complex', graph, '-map', '[stereo]'];
}

/** Mixed as floating point: to whole numbers ffmpeg lowers 5.1 by 8 dB, lest it clip. */
const UNIFORM = ['aformat=sample_fmts=fltp:channel_layouts=stereo', 'aformat=sample_fmts=s16:sample_rates=48000'];

/**
 * Writes the audio in one shape: stereo at 48 kHz, with its own times. One chain without a branch: where ffmpeg 7 starts a graph anew, it loses
 * what waits in a branch.
 */
export function uniformAudioCommand({ container, audio }: SourceFacts, file: string): EncodeCommand {
  return {
    input: [...untrustedInputOptions(container), '-vn'],
    filterGraph: '',
    outputs: [{
      file,
      options: [
        '-map', `0:${audio!.streamIndex}`, ...NO_METADATA, '-af', [...reportEvery('audio'), ...UNIFORM].join(','),
        '-c:a', 'flac', '-f', 'matroska',
      ],
    }],
  };
}
