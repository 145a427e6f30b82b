import { MAX_PIXELS } from '../../../domain/media-policy';
import { SourceContainer } from '../../../domain/source-facts';

/** ffmpeg's decoders for what the accepted containers usually hold. What is not named here is never opened. */
const VIDEO_DECODERS = [
  'h264', 'hevc', 'vp8', 'vp9', 'libdav1d', 'libaom-av1', 'av1', 'mpeg4', 'mpeg1video', 'mpeg2video', 'prores', 'dnxhd', 'mjpeg',
  'wmv1', 'wmv2', 'wmv3', 'vc1', 'msmpeg4v1', 'msmpeg4v2', 'msmpeg4', 'flv', 'vp6', 'vp6a', 'vp6f', 'h263', 'dvvideo', 'theora', 'png', 'qtrle',
  'rawvideo', 'v210', 'v308', 'v408', 'v410', 'r210', 'r10k', 'yuv4',
] as const;

const AUDIO_DECODERS = [
  'aac', 'aac_latm', 'mp3', 'mp3float', 'mp2', 'mp2float', 'ac3', 'eac3', 'opus', 'libopus', 'vorbis', 'flac', 'alac', 'dca', 'truehd',
  'wmav1', 'wmav2', 'wmapro', 'wmalossless', 'wmavoice', 'nellymoser', 'speex', 'libspeex', 'amrnb', 'amrwb',
  'adpcm_ms', 'adpcm_ima_wav', 'adpcm_ima_qt', 'adpcm_swf', 'adpcm_yamaha', 'gsm', 'gsm_ms', 'pcm_alaw', 'pcm_mulaw', 'pcm_u8', 'pcm_s8', 'pcm_s16le', 'pcm_s16be',
  'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be', 'pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_dvd', 'pcm_bluray',
  'pcm_u16le', 'pcm_u16be', 'pcm_u24le', 'pcm_u24be', 'pcm_u32le', 'pcm_u32be', 'pcm_s64le', 'pcm_s64be', 'pcm_f16le', 'pcm_f24le',
] as const;

/** Cover art and subtitles are never decoded, but ffprobe gives up on a file with a decoder that it may not open. */
const IGNORED_DECODERS = [
  'bmp', 'gif', 'webp', 'ass', 'ssa', 'srt', 'subrip', 'webvtt', 'mov_text', 'text', 'dvdsub', 'dvbsub', 'pgssub', 'xsub', 'cc_dec',
  'libzvbi_teletextdec', 'libaribb24', 'libaribcaption',
  // Audio that is left out: rare codecs, for which no film is refused.
  's302m', 'g722', 'g726', 'g726le', 'g729', 'adpcm_ima_amv', 'adpcm_ima_dk3', 'adpcm_ima_dk4', 'adpcm_adx', 'adpcm_ct', 'wavpack', 'tta', 'ape',
  'mlp', 'qdm2', 'qdmc', 'cook', 'atrac3', 'atrac3plus', 'mace3', 'mace6', 'real_144', 'real_288', 'sipr', 'ilbc', 'qcelp', 'evrc', 'truespeech',
  'mp1', 'mp1float', 'mp3adu', 'mp3adufloat', 'mp3on4', 'mp3on4float', 'als', 'imc', 'on2avc', 'metasound', 'sonic', 'adpcm_ima_oki', 'adpcm_sbpro_2', 'adpcm_sbpro_3', 'adpcm_sbpro_4', 'atrac1', 'atrac3al', 'atrac3plusal', 'dolby_e', 'dst',
] as const;

/** Largest single allocation: a 10-bit 4:4:4 frame of MAX_PIXELS with alpha is 283 MB. */
const MAX_ALLOCATION_BYTES = 512 * 1024 * 1024;

/** Films with many subtitles and the fonts for them hold some fifty. */
const MOST_STREAMS = 256;

const PROBE_BYTES = 64 * 1024 * 1024;
/** Half an hour. */
const PROBE_MICROSECONDS = 1800 * 1_000_000;

/**
 * Options before `-i` for an uploaded file. The protocol list alone is not enough: a playlist named `.mp4`
 * reads its neighbours through the `file` protocol, and the format list is what stops it.
 */
export function untrustedInputOptions(container: SourceContainer): readonly string[] {
  return [
    '-protocol_whitelist', 'file',
    '-format_whitelist', container,
    '-codec_whitelist', [...VIDEO_DECODERS, ...AUDIO_DECODERS, ...IGNORED_DECODERS].join(','),
    '-max_pixels', `${MAX_PIXELS}`,
    '-max_streams', `${MOST_STREAMS}`,
    // As far as a track may hide its first frame behind the audio of others; ffmpeg's own 5 s and 5 MB are for networks.
    '-probesize', `${PROBE_BYTES}`, '-analyzeduration', `${PROBE_MICROSECONDS}`,
    '-f', container,
  ];
}

/** Options that ffmpeg and ffprobe take once, at any position. */
export const UNTRUSTED_GLOBAL_OPTIONS: readonly string[] = ['-max_alloc', `${MAX_ALLOCATION_BYTES}`];
