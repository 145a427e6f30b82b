import { audioFilters, audioOutputOptions } from './audio-options';
import { encoderOptions } from './encoder-options';
import { thumbnailFilters, thumbnailOutputOptions } from './thumbnail-options';
import { untrustedInputOptions } from './untrusted-input';
import { topFrameFilters } from './video-filters';
import { EncodePlan, PlannedRendition } from '../../../domain/encode-plan';
import { AudioFacts, SourceFacts } from '../../../domain/source-facts';

/** One ffmpeg command as data. The caller adds the path of the source and the limits of the process. */
export interface EncodeCommand {
  /** For each time that the source is opened, the options before its `-i`. */
  readonly inputs: ReadonlyArray<readonly string[]>;
  /** Of the video; the audio's filters are options of its output. */
  readonly filterGraph: string;
  readonly outputs: ReadonlyArray<{ readonly file: string; readonly options: readonly string[] }>;
}

const AUDIO_INPUT = 1;

/** Nothing of the source but its frames reaches an output: no titles, places, chapters or subtitles. */
export const NO_METADATA: readonly string[] = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];

/**
 * Pure: the arguments of the encode that `plan` describes.
 *
 * @param uniformAudio the second input is what `uniformAudioCommand` wrote
 */
export function encodeCommand(original: EncodePlan, uniformAudio = false): EncodeCommand {
  const plan = uniformAudio ? { ...original, source: withUniformAudio(original.source) } : original;
  return {
    inputs: inputs(plan.source, uniformAudio),
    filterGraph: filterGraph(plan),
    outputs: [
      ...plan.renditions.map((rendition, index) => ({ file: rendition.file, options: videoOutputOptions(index, rendition, plan) })),
      ...audioOutputs(plan),
      { file: plan.thumbnails.rawFile, options: thumbnailOutputOptions(plan.thumbnails) },
    ],
  };
}

/**
 * The audio is read through an input, and filtered in a graph, of its own. ffmpeg works for the output that lags behind until it has
 * something for it: with one input, a frame that is shown for a minute beside audio that has ended, or pauses, becomes
 * thousands of raw frames in memory before the first of them is encoded.
 */
function inputs({ container, audio }: SourceFacts, uniformAudio: boolean): ReadonlyArray<readonly string[]> {
  const options = [...untrustedInputOptions(container), '-noautorotate', '-reinit_filter', '0'];
  // ffmpeg takes the first packet of each input for zero; this file has nothing before the audio.
  const uniform = () => ['-protocol_whitelist', 'file', '-itsoffset', Math.max(0, audio!.startSeconds).toFixed(6), '-f', 'matroska'];
  if (audio && uniformAudio) return [[...options, '-an'], uniform()];
  return audio ? [[...options, '-an'], [...options, '-vn']] : [options];
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
    `[0:${source.video.streamIndex}]nullsink`,
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

function audioOutputs({ source, audio, durationSeconds, segmentSeconds }: EncodePlan): EncodeCommand['outputs'] {
  if (!audio || !source.audio) return [];
  return [{
    file: audio.playlist,
    options: [...audioSource(source.audio, durationSeconds), ...audioOutputOptions(audio, segmentSeconds)],
  }];
}

/** One stream, or two mono ones that become left and right: each on its own clock until both are as long as the video. */
function audioSource(audio: AudioFacts, durationSeconds: number): readonly string[] {
  const filters = audioFilters(audio, durationSeconds).join(',');
  const input = (index: number) => `${AUDIO_INPUT}:${index}`;
  if (audio.rightStreamIndex === undefined) return ['-map', input(audio.streamIndex), '-af', filters];
  const graph = `[${input(audio.streamIndex)}]${filters},pan=mono|c0=c0[left];[${input(audio.rightStreamIndex)}]${filters},pan=mono|c0=c0[right];`
    + '[left][right]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR[stereo]';
  return ['-filter_complex', graph, '-map', '[stereo]'];
}

function withUniformAudio(source: SourceFacts): SourceFacts {
  return { ...source, audio: { ...source.audio!, streamIndex: 0, rightStreamIndex: undefined, channels: 2, layoutUnknown: false } };
}

/** Writes the audio in one shape: stereo at 48 kHz, with its own times. */
export function uniformAudioCommand({ container, audio }: SourceFacts, file: string): EncodeCommand {
  return {
    inputs: [[...untrustedInputOptions(container), '-vn']],
    filterGraph: '',
    outputs: [{
      file,
      options: [
        '-map', `0:${audio!.streamIndex}`, ...NO_METADATA, '-af', 'aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=stereo',
        '-c:a', 'flac', '-f', 'matroska',
      ],
    }],
  };
}
