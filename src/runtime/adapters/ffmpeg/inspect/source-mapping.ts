import { orientationOf } from './display-matrix';
import { FfprobeHeader, FfprobeStream, seconds } from './ffprobe-output';
import { PacketFacts } from './packet-scan';
import { RejectedError, RejectionCode } from '../../../domain/errors';
import { GAP_TOLERANCE, MEAN_TOLERANCE, snapFrameRate } from '../../../domain/frame-rate';
import { isDecodableAudio, PolicySubject, VIDEO_CODECS } from '../../../domain/media-policy';
import { parseRational, Rational, rational, toNumber } from '../../../domain/rational';
import { AudioFacts, SourceContainer, SourceFacts, VideoFacts } from '../../../domain/source-facts';

/** The two streams that become the renditions. */
export interface ChosenStreams {
  readonly video: FfprobeStream;
  readonly audio?: FfprobeStream;
}

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

/** First default track of each kind, among those that we can decode if there are any. Cover art is not video. */
export function chooseStreams(header: FfprobeHeader): ChosenStreams {
  const streams = header.streams ?? [];
  const videos = streams.filter(stream => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
  const audios = streams.filter(stream => stream.codec_type === 'audio');
  const video = preferDefault(videos.filter(({ codec_name: codec }) => VIDEO_CODECS.has(codec ?? ''))) ?? preferDefault(videos);
  if (!video) throw new RejectedError(RejectionCode.NO_VIDEO_STREAM, 'The file holds no video stream.');
  const audio = preferDefault(audios.filter(({ codec_name: codec }) => isDecodableAudio(codec ?? ''))) ?? preferDefault(audios);
  return { video, audio };
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
  const rate = nearest && distance(nearest) <= RATE_AGREEMENT ? toNumber(nearest) : measured;
  return { rate: snapFrameRate(rate, MEAN_TOLERANCE), variable: false };
}

function videoFacts(stream: FfprobeStream, packets: PacketFacts, origin: number): VideoFacts {
  if (!stream.width || !stream.height || !stream.pix_fmt) {
    throw new RejectedError(RejectionCode.UNREADABLE, `The video stream (${stream.codec_name ?? 'unknown codec'}) states no picture size.`);
  }
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

function audioFacts(stream: FfprobeStream, packets: PacketFacts, origin: number): AudioFacts {
  return {
    streamIndex: stream.index,
    codec: stream.codec_name ?? 'unknown',
    channels: stream.channels ?? 0,
    sampleRate: Number(stream.sample_rate ?? 0),
    startSeconds: packets.first - origin,
    endSeconds: packets.end - origin,
  };
}

function withoutStart({ format }: FfprobeHeader): number {
  const duration = seconds(format?.duration) ?? 0;
  const start = Math.max(0, seconds(format?.start_time) ?? 0);
  return duration > start ? duration - start : duration;
}

/** What the header alone says, for the rules that need no more. */
export function headerSubject(header: FfprobeHeader, { video, audio }: ChosenStreams): PolicySubject {
  const { width = 0, height = 0 } = video;
  return {
    streams: header.streams?.length ?? 0,
    videoCodec: video.codec_name ?? 'unknown',
    audioCodec: audio && (audio.codec_name ?? 'unknown'),
    width,
    height,
    longestSide: Math.max(width, height),
    // Some files state none; zero is what recorders write that never came back to fill it in. Matroska's counts from zero also
    // where the first frame does not.
    durationSeconds: withoutStart(header) || undefined,
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
  const video = videoFacts(chosen.video, videoPackets, origin);
  const audio = chosen.audio && audioPackets && audioFacts(chosen.audio, audioPackets, origin);
  return {
    container: measured.container,
    sizeBytes: measured.sizeBytes,
    durationSeconds: Math.max(video.endSeconds, audio?.endSeconds ?? 0),
    streams: header.streams?.length ?? 0,
    video,
    audio,
  };
}
