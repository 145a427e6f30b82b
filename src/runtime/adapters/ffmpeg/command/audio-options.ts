import { PlannedAudio } from '../../../domain/encode-plan';
import { AudioFacts } from '../../../domain/source-facts';

const SAMPLE_RATE = 48_000;
/** Silence that ffmpeg's AAC encoder puts before the first sample. */
const AAC_PRIMING_SAMPLES = 1024;
/** Shortest hole in the audio that is filled; shorter ones are the rounding of time stamps. ffmpeg's own 0.1 s lets lips drift. */
const SHORTEST_GAP_SECONDS = 0.02;

/**
 * Two channels of the source's level. ffmpeg's own matrix lowers mono by 3 dB, and has none for channels without names, of which
 * the first two are left and right by custom.
 */
function stereoFilters({ channels, layoutUnknown }: AudioFacts): readonly string[] {
  const pan = channels === 1 ? ['pan=stereo|c0=c0|c1=c0'] : channels > 8 && layoutUnknown ? ['pan=stereo|c0=c0|c1=c1'] : [];
  return [...pan, 'aformat=sample_fmts=fltp:channel_layouts=stereo'];
}

/** Stereo at 48 kHz, in sync with the video and as long as it. */
export function audioFilters(audio: AudioFacts, durationSeconds: number): readonly string[] {
  return [
    // First to the format of the output, so that silence made by the next filter costs no more for 16 channels at 192 kHz.
    ...stereoFilters(audio),
    `aresample=${SAMPLE_RATE}`,
    ...(audio.ignoreTimes ? ['asetpts=N/SR/TB'] : []),
    // Fills gaps and drops overlaps by the timestamps, and starts at 0 with silence if the track starts late.
    `aresample=async=1:first_pts=0:min_hard_comp=${SHORTEST_GAP_SECONDS}`,
    `apad=whole_dur=${durationSeconds.toFixed(6)}`,
    // The encoder's priming takes the place of the first samples, so that audio is in sync without an edit list.
    `atrim=start_sample=${AAC_PRIMING_SAMPLES}:end=${durationSeconds.toFixed(6)}`,
    'asetpts=PTS-STARTPTS',
  ];
}

/**
 * The HLS muxer rather than the MP4 one: it cuts at multiples of the segment length, where the MP4 muxer counts each
 * fragment from the end of the last and drifts away from the video by 10 ms per segment.
 */
export function audioOutputOptions(track: PlannedAudio, segmentSeconds: number): readonly string[] {
  return [
    '-map_metadata', '-1', '-map_chapters', '-1',
    '-c:a', 'aac', '-b:a', `${track.bitrate}`, '-ac', '2',
    '-f', 'hls', '-hls_time', segmentSeconds.toFixed(6), '-hls_playlist_type', 'vod', '-hls_list_size', '0',
    '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
    '-hls_segment_filename', track.file, '-hls_fmp4_init_filename', track.file,
  ];
}
