import { EncoderEffort, VideoCodec } from '../../../contract/ladder-profile';
import { PlannedRendition } from '../../../domain/encode-plan';

/** Seconds of the cap that the decoder's buffer holds: how far one segment may exceed the cap. */
const BUFFER_SECONDS = 1.5;

const PRESETS: Readonly<Record<VideoCodec, Readonly<Record<EncoderEffort, string>>>> = {
  h264: { fast: 'veryfast', balanced: 'faster', slow: 'medium' },
  hevc: { fast: 'veryfast', balanced: 'fast', slow: 'medium' },
  av1: { fast: '10', balanced: '8', slow: '6' },
};

type Build = (rendition: PlannedRendition, gopFrames: number, bufferBits: number) => readonly string[];

/** Every codec cuts closed groups of exactly `gopFrames` frames, so that segments of all renditions start at the same frame. */
const BUILD: Readonly<Record<VideoCodec, Build>> = {
  h264: ({ rung, maxBitrate }, gopFrames, buffer) => [
    '-c:v', 'libx264', '-profile:v', 'high', '-crf', `${rung.crf}`, '-maxrate', `${maxBitrate}`, '-bufsize', `${buffer}`,
    '-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-sc_threshold', '0', '-flags', '+cgop',
  ],
  hevc: ({ rung, maxBitrate }, gopFrames, buffer) => [
    '-c:v', 'libx265', '-tag:v', 'hvc1', '-crf', `${rung.crf}`,
    '-x265-params', [
      `keyint=${gopFrames}`, `min-keyint=${gopFrames}`, 'scenecut=0', 'open-gop=0', 'log-level=error',
      `vbv-maxrate=${Math.round(maxBitrate / 1000)}`, `vbv-bufsize=${Math.round(buffer / 1000)}`,
    ].join(':'),
  ],
  av1: ({ rung, maxBitrate }, gopFrames) => [
    '-c:v', 'libsvtav1', '-crf', `${rung.crf}`, '-g', `${gopFrames}`, '-flags', '+cgop',
    '-svtav1-params', `scd=0:mbr=${Math.round(maxBitrate / 1000)}`,
  ],
};

export function encoderOptions(rendition: PlannedRendition, gopFrames: number, effort: EncoderEffort): readonly string[] {
  const { codec, maxBitrate } = rendition;
  return [
    ...BUILD[codec](rendition, gopFrames, Math.round(maxBitrate * BUFFER_SECONDS)),
    '-preset', PRESETS[codec][effort],
    '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv',
  ];
}
