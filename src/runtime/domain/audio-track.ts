import { AudioFacts } from './source-facts';

const SAMPLE_RATE = 48_000;
/** Silence that ffmpeg's AAC encoder puts before the first sample. */
const AAC_PRIMING_SAMPLES = 1024;
/** Of sound that was announced but could not be decoded, this much is filled with silence; more is a damaged file. */
const PAD_SECONDS = 0.5;

export interface AudioTrack {
  readonly bitrate: number;
  /** Media file; ffmpeg also writes a playlist, under the output's name, that ours replaces. */
  readonly file: string;
}

/** Stereo at 48 kHz, in step with the pictures and as long as they. */
export function audioFilters(audio: AudioFacts, durationSeconds: number): readonly string[] {
  const gap = Math.max(0, durationSeconds - audio.endSeconds) + PAD_SECONDS;
  return [
    // First to what the output is: silence that the next filter makes then costs no more for 16 channels at 192 kHz.
    `aresample=${SAMPLE_RATE}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
    // Fills holes and drops overlaps by the time stamps, and starts at 0 with silence if the track starts late.
    'aresample=async=1:first_pts=0',
    `apad=pad_dur=${gap.toFixed(6)}`,
    // The encoder's priming takes the place of the first samples, so that sound is in step without an edit list.
    `atrim=start_sample=${AAC_PRIMING_SAMPLES}:end=${durationSeconds.toFixed(6)}`,
    'asetpts=PTS-STARTPTS',
  ];
}

/**
 * The HLS muxer rather than the MP4 one: it cuts at multiples of the segment length, where the MP4 muxer counts each
 * fragment from the end of the last and drifts away from the pictures by 10 ms a segment.
 */
export function audioOutputOptions(track: AudioTrack, segmentSeconds: number): readonly string[] {
  return [
    '-map_metadata', '-1', '-map_chapters', '-1',
    '-c:a', 'aac', '-b:a', `${track.bitrate}`, '-ac', '2',
    '-f', 'hls', '-hls_time', segmentSeconds.toFixed(6), '-hls_playlist_type', 'vod', '-hls_list_size', '0',
    '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
    '-hls_segment_filename', track.file, '-hls_fmp4_init_filename', track.file,
  ];
}
