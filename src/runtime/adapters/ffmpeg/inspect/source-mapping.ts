import { orientationOf } from './display-matrix';
import { FfprobeHeader, FfprobeStream, seconds } from './ffprobe-output';
import { PacketFacts } from './packet-scan';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { GAP_TOLERANCE, isStandardRate, MEAN_TOLERANCE, snapFrameRate } from '../../../domain/frame-rate';
import { isDecodableAudio, PolicySubject, VIDEO_CODECS } from '../../../domain/media-policy';
import { parseRational, Rational, rational, toNumber } from '../../../domain/rational';
import { AudioFacts, SourceContainer, SourceFacts, VideoFacts } from '../../../domain/source-facts';
import { SourceWarning, WarningCode } from '../../../domain/source-warning';

/** The two streams that become the renditions. */
export interface ChosenStreams {
  readonly video: FfprobeStream;
  readonly audio?: FfprobeStream;
  /** Second mono track, when `audio` is the left channel of the pair. */
  readonly right?: FfprobeStream;
}

/** Packets of each stream, by its index. */
export type PacketCounts = ReadonlyMap<number, number>;

const INTERLACED: ReadonlySet<string> = new Set(['tt', 'bb', 'tb', 'bt']);
/** Beyond these a pixel shape is a mistake or an attack, not a lens. */
const WIDEST_PIXEL = 4;
/** A header's rate is believed when the packets agree to within this. */
const RATE_AGREEMENT = 0.02;
/** A single frame has no rate; the header's time base often stands in its place. */
const MOST_PLAUSIBLE_RATE = 120;

function preferDefault(streams: readonly FfprobeStream[]): FfprobeStream | undefined {
  return streams.find(stream => stream.disposition?.default === 1) ?? streams[0];
}

/** A track with less than this share of the most packets is a preview of the film, not the film. */
const PREVIEW_SHARE = 0.1;

/** Without the previews that some devices write in front of the film, as a track of one or a few still images. */
function films(streams: readonly FfprobeStream[], packets: PacketCounts): readonly FfprobeStream[] {
  const count = ({ index, nb_frames: stated }: FfprobeStream) => packets.get(index) ?? Number(stated ?? NaN);
  const most = Math.max(...streams.map(count).filter(Number.isFinite));
  return streams.filter(stream => !(count(stream) < most * PREVIEW_SHARE));
}

/** The second of exactly two mono tracks that are alike: cameras write left and right apart. Two languages are no pair. */
function rightOf(left: FfprobeStream | undefined, audios: readonly FfprobeStream[]): FfprobeStream | undefined {
  const [first, second] = audios;
  if (audios.length !== 2 || left !== first) return undefined;
  const alike = (['codec_name', 'sample_rate', 'channels'] as const).every(key => first[key] === second[key]);
  const languages = audios.map(({ tags }) => tags?.language ?? 'und');
  return alike && first.channels === 1 && languages[0] === languages[1] ? second : undefined;
}

/**
 * First default track of each kind, among those that we can decode if there are any. Cover art is not video. A film is never refused
 * for its audio: where none can be decoded, none is chosen.
 */
export function chooseStreams(header: FfprobeHeader, packets: PacketCounts = new Map()): ChosenStreams {
  const streams = header.streams ?? [];
  const videos = streams.filter(stream => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
  const audios = streams.filter(stream => stream.codec_type === 'audio');
  const video = preferDefault(films(videos.filter(({ codec_name: codec }) => VIDEO_CODECS.has(codec ?? '')), packets)) ?? preferDefault(videos);
  if (!video) throw new RejectedError(RejectionCode.NO_VIDEO_STREAM, 'The file holds no video track.');
  const audio = preferDefault(audios.filter(({ codec_name: codec, channels = 0 }) => isDecodableAudio(codec ?? '') && channels > 0));
  return { video, audio, right: rightOf(audio, audios) };
}

function bitDepth(pixelFormat: string): number {
  return Number(/(?:p|gray|y2|x2rgb|x2bgr)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat)?.[1] ?? 8);
}

function pixelAspect(text: string | undefined): Rational {
  const ratio = parseRational(text) ?? rational(1);
  const value = toNumber(ratio);
  return value > WIDEST_PIXEL || value < 1 / WIDEST_PIXEL ? rational(1) : ratio;
}

/** The header's rate if the packets keep to it, else the rate of most frames. */
function frameRateOf(stream: FfprobeStream, packets: PacketFacts): { rate: Rational; variable: boolean } {
  const stated = [parseRational(stream.avg_frame_rate), parseRational(stream.r_frame_rate)].filter(rate => rate !== undefined);
  if (packets.typicalGap <= 0) {
    const plausible = stated.find(rate => toNumber(rate) >= 1 && toNumber(rate) <= MOST_PLAUSIBLE_RATE);
    return { rate: plausible ? snapFrameRate(toNumber(plausible), MEAN_TOLERANCE) : rational(25), variable: false };
  }
  if (!packets.steady) return { rate: snapFrameRate(1 / packets.typicalGap, GAP_TOLERANCE), variable: true };
  // The mean over the whole file sees through the rounding of single times: 33, 33, 34 ms are 30 per second.
  const measured = (packets.packets - 1) / (packets.last - packets.first);
  const distance = (rate: Rational) => Math.abs(toNumber(rate) / measured - 1);
  const nearest = stated.sort((a, b) => distance(a) - distance(b))[0];
  const believed = nearest && distance(nearest) <= RATE_AGREEMENT ? [toNumber(nearest), measured] : [measured];
  // Some muxers divide frames by a duration that is off by one of them: 25.25.
  const rates = believed.map(rate => snapFrameRate(rate, MEAN_TOLERANCE));
  return { rate: rates.find(isStandardRate) ?? rates[0], variable: false };
}

function peakNits({ side_data_list: data = [] }: FfprobeStream): number | undefined {
  const content = data.find(({ max_content: nits = 0 }) => nits > 0)?.max_content;
  const display = parseRational(data.find(({ max_luminance: nits }) => nits)?.max_luminance);
  return content ?? (display && toNumber(display));
}

/** Compatible with no other signal: without Dolby's own decoder the colours are wrong. */
function assertOrdinaryColours({ side_data_list: data = [] }: FfprobeStream): void {
  const dolby = data.find(({ dv_profile: profile }) => profile !== undefined);
  if (dolby && dolby.dv_profile !== 7 && dolby.dv_bl_signal_compatibility_id === 0) {
    throw new RejectedError(RejectionCode.UNSUPPORTED_CODEC,
      `The video is Dolby Vision profile ${dolby.dv_profile}, which cannot be shown without Dolby's decoder.`, { advice: 'Export it as HDR10, HLG or SDR.' });
  }
}

function videoFacts(stream: FfprobeStream, packets: PacketFacts, origin: number): VideoFacts {
  if (!stream.width || !stream.height || !stream.pix_fmt) {
    throw new RejectedError(RejectionCode.UNREADABLE, `The size of the frames (${stream.codec_name ?? 'unknown codec'}) cannot be found out.`);
  }
  assertOrdinaryColours(stream);
  const { rate, variable } = frameRateOf(stream, packets);
  return {
    streamIndex: stream.index,
    codec: stream.codec_name ?? 'unknown',
    width: stream.width,
    height: stream.height,
    pixelAspect: pixelAspect(stream.sample_aspect_ratio),
    orientation: orientationOf(stream.side_data_list?.find(data => data.displaymatrix)?.displaymatrix),
    pixelFormat: stream.pix_fmt,
    bitDepth: bitDepth(stream.pix_fmt),
    colour: {
      matrix: stream.color_space,
      primaries: stream.color_primaries,
      transfer: stream.color_transfer,
      fullRange: stream.color_range === 'pc' || stream.pix_fmt.startsWith('yuvj'),
      peakNits: peakNits(stream),
    },
    interlaced: INTERLACED.has(stream.field_order ?? ''),
    frameRate: rate,
    variableFrameRate: variable,
    frames: packets.packets,
    startSeconds: packets.first - origin,
    endSeconds: (packets.end > packets.last ? packets.end : packets.last + 1 / toNumber(rate)) - origin,
    lastPictureSeconds: packets.last - origin,
  };
}

/** Content that is this many times as long as its time stamps span proves them wrong. */
const CONTRADICTION = 1.5;

function audioFacts(stream: FfprobeStream, packets: PacketFacts, origin: number, right?: FfprobeStream): AudioFacts {
  const ignoreTimes = packets.content > (packets.end - packets.first) * CONTRADICTION + 0.5;
  const layout = stream.channel_layout ?? 'unknown';
  return {
    streamIndex: stream.index,
    codec: stream.codec_name ?? 'unknown',
    channels: stream.channels ?? 0,
    sampleRate: Number(stream.sample_rate ?? 0),
    startSeconds: packets.first - origin,
    endSeconds: ignoreTimes ? packets.content : packets.end - origin,
    layoutUnknown: layout === 'unknown' || /^\d+ channels/.test(layout),
    ignoreTimes,
    packets: packets.packets,
    rightStreamIndex: right?.index,
  };
}

/** What the header alone says, for the rules that need no more. */
export function headerSubject({ video }: ChosenStreams): PolicySubject {
  const { width = 0, height = 0 } = video;
  return {
    videoCodec: video.codec_name ?? 'unknown',
    width,
    height,
    longestSide: Math.max(width, height),
    // No duration: recorders that never came back to fill it in leave zero there, or all ones. The packets tell.
  };
}

export interface MeasuredSource {
  readonly container: SourceContainer;
  readonly sizeBytes: number;
  readonly header: FfprobeHeader;
  readonly chosen: ChosenStreams;
  readonly videoPackets?: PacketFacts;
  readonly audioPackets?: PacketFacts;
}

/** ffprobe's words in ours. Times count from the start that ffmpeg, too, takes for zero. */
export function mapSource(measured: MeasuredSource): SourceFacts {
  const { header, chosen, videoPackets, audioPackets } = measured;
  if (!videoPackets) throw new RejectedError(RejectionCode.NO_VIDEO_STREAM, 'The video track has no frames.');
  const origin = seconds(header.format?.start_time) ?? 0;
  const video = withoutSpareByte(videoFacts(chosen.video, videoPackets, origin), measured.container);
  const audio = chosen.audio && audioPackets && audioFacts(chosen.audio, audioPackets, origin, chosen.right);
  return {
    container: measured.container,
    sizeBytes: measured.sizeBytes,
    durationSeconds: Math.max(video.endSeconds, audio?.endSeconds ?? 0),
    streams: header.streams?.length ?? 0,
    video,
    audio,
    warnings: audioWarnings(header, chosen, audio),
  };
}

/** The fourth byte of AVI's 32-bit RGB is no alpha, whatever ffmpeg calls it: capture programs leave it at zero. */
function withoutSpareByte(video: VideoFacts, container: SourceContainer): VideoFacts {
  return container === 'avi' && video.codec === 'rawvideo' && video.pixelFormat === 'bgra' ? { ...video, pixelFormat: 'bgr0' } : video;
}

/** What was decided about the audio that its owner may have expected otherwise. */
function audioWarnings(header: FfprobeHeader, { audio: chosen }: ChosenStreams, audio?: AudioFacts): readonly SourceWarning[] {
  const tracks = (header.streams ?? []).filter(({ codec_type: type }) => type === 'audio');
  const warnings: SourceWarning[] = [];
  const warn = (code: WarningCode, message: string) => warnings.push({ code, message });
  if (tracks.length > 0 && !audio) {
    warn(WarningCode.AUDIO_LEFT_OUT, chosen ? 'The audio track is empty, so the video is silent.'
      : `The audio (${tracks[0].codec_name ?? 'unknown codec'}) cannot be decoded, so the video is silent. Export it with AAC audio.`);
  }
  if (!audio) return warnings;
  if (audio.rightStreamIndex !== undefined) {
    warn(WarningCode.AUDIO_TRACKS_JOINED, 'The two mono audio tracks were taken for the left and the right channel.');
  } else if (tracks.length > 1) {
    warn(WarningCode.AUDIO_TRACK_CHOSEN, `The file holds ${tracks.length} audio tracks; number ${tracks.findIndex(track => track === chosen) + 1} was taken. `
      + 'Export the file with one mixed track to choose another.');
  }
  if (audio.channels > 8 && audio.layoutUnknown) {
    warn(WarningCode.AUDIO_LAYOUT_UNKNOWN, `The audio has ${audio.channels} channels without names; the first two were taken for left and right.`);
  }
  if (audio.ignoreTimes) {
    warn(WarningCode.AUDIO_TIMES_IGNORED, 'The times of the audio contradict its content, so it was played from the start without a pause.');
  }
  return warnings;
}
