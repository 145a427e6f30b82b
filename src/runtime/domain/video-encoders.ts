import { Rational, toNumber } from './rational';
import { EncoderEffort, LadderRung, VideoCodec } from '../contract/ladder-profile';
import { bitrateCap } from '../contract/processing-limits';

export interface EncoderSettings {
  readonly rung: LadderRung;
  readonly frameRate: Rational;
  readonly gopFrames: number;
  readonly effort: EncoderEffort;
}

/** Seconds of the cap that the decoder's buffer holds: how far one segment may exceed the cap. */
const BUFFER_SECONDS = 1.5;

/** The cap of a rung at a frame rate, bits per second. */
export function maxBitrate(rung: LadderRung, frameRate: Rational): number {
  return bitrateCap(rung.maxBitrate, toNumber(frameRate));
}

const PRESETS: Readonly<Record<VideoCodec, Readonly<Record<EncoderEffort, string>>>> = {
  h264: { fast: 'veryfast', balanced: 'faster', slow: 'medium' },
  hevc: { fast: 'veryfast', balanced: 'fast', slow: 'medium' },
  av1: { fast: '10', balanced: '8', slow: '6' },
};

type Build = (settings: EncoderSettings, cap: number, buffer: number) => readonly string[];

/** Every codec cuts closed groups of exactly `gopFrames` pictures, so that segments of all rungs start at the same picture. */
const BUILD: Readonly<Record<VideoCodec, Build>> = {
  h264: ({ gopFrames, rung }, cap, buffer) => [
    '-c:v', 'libx264', '-profile:v', 'high', '-crf', `${rung.crf}`, '-maxrate', `${cap}`, '-bufsize', `${buffer}`,
    '-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-sc_threshold', '0', '-flags', '+cgop',
  ],
  hevc: ({ gopFrames, rung }, cap, buffer) => [
    '-c:v', 'libx265', '-tag:v', 'hvc1', '-crf', `${rung.crf}`,
    '-x265-params', [
      `keyint=${gopFrames}`, `min-keyint=${gopFrames}`, 'scenecut=0', 'open-gop=0', 'log-level=error',
      `vbv-maxrate=${Math.round(cap / 1000)}`, `vbv-bufsize=${Math.round(buffer / 1000)}`,
    ].join(':'),
  ],
  av1: ({ gopFrames, rung }, cap) => [
    '-c:v', 'libsvtav1', '-crf', `${rung.crf}`, '-g', `${gopFrames}`, '-flags', '+cgop',
    '-svtav1-params', `scd=0:mbr=${Math.round(cap / 1000)}`,
  ],
};

export function encoderOptions(settings: EncoderSettings): readonly string[] {
  const cap = maxBitrate(settings.rung, settings.frameRate);
  const codec = settings.rung.codec;
  return [
    ...BUILD[codec](settings, cap, Math.round(cap * BUFFER_SECONDS)),
    '-preset', PRESETS[codec][settings.effort],
    '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv',
  ];
}
