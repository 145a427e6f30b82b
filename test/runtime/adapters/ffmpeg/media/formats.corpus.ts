import { AAC, CorpusEntry, expected, MP4, picture, sound, X264 } from './corpus';

const AV = [...picture(), ...sound()];
const AV_H264 = [...AV, ...X264, ...AAC];

/** Every accepted container, with what it usually holds. */
export const FORMATS: readonly CorpusEntry[] = [
  { name: 'MP4 with H.264 and AAC', make: [...AV_H264, ...MP4], expect: expected() },
  { name: 'MP4 with its index first', make: [...AV_H264, '-movflags', '+faststart', ...MP4], expect: expected() },
  { name: 'fragmented MP4', make: [...AV_H264, '-g', '15', '-movflags', '+frag_keyframe+empty_moov', ...MP4], expect: expected() },
  { name: 'M4V with MPEG-4 part 2', make: [...AV, '-c:v', 'mpeg4', ...AAC, ...MP4], expect: expected({ video: { codec: 'mpeg4' } }) },
  {
    name: 'MOV with ProRes 4:2:2 10 bit and PCM',
    make: [...AV, '-c:v', 'prores_ks', '-pix_fmt', 'yuv422p10le', '-c:a', 'pcm_s16le', '-f', 'mov'],
    expect: expected({ video: { codec: 'prores', bitDepth: 10 } }),
  },
  { name: 'MOV with HEVC', make: [...AV, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-tag:v', 'hvc1', ...AAC, '-f', 'mov'], expect: expected() },
  { name: 'MOV with motion JPEG and G.711', make: [...AV, '-c:v', 'mjpeg', '-c:a', 'pcm_mulaw', '-ar', '8000', '-f', 'mov'], expect: expected() },
  { name: 'AVI with MPEG-4 and MP3', make: [...AV, '-c:v', 'mpeg4', '-c:a', 'libmp3lame', '-f', 'avi'], expect: expected({ container: 'avi' }) },
  { name: 'AVI with B-frames and AC-3', make: [...AV, '-c:v', 'mpeg4', '-bf', '2', '-c:a', 'ac3', '-f', 'avi'], expect: expected({ container: 'avi' }) },
  { name: 'AVI with H.264 and PCM', make: [...AV, ...X264, '-bf', '0', '-c:a', 'pcm_s16le', '-f', 'avi'], expect: expected({ container: 'avi' }) },
  { name: 'WebM with VP8 and Vorbis', make: [...AV, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis', '-f', 'webm'], expect: expected({ container: 'matroska' }) },
  { name: 'WebM with VP9 and Opus', make: [...AV, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', '-f', 'webm'], expect: expected({ container: 'matroska' }) },
  { name: 'WebM with AV1 and Opus', make: [...AV, '-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'libopus', '-f', 'webm'], expect: expected({ container: 'matroska', video: { codec: 'av1' } }) },
  { name: 'MKV with HEVC and FLAC', make: [...AV, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-c:a', 'flac', '-f', 'matroska'], expect: expected({ container: 'matroska' }) },
  { name: 'MKV with MPEG-2 and MP2', make: [...AV, '-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'matroska'], expect: expected({ container: 'matroska' }) },
  { name: 'FLV with Sorenson and MP3', make: [...AV, '-c:v', 'flv', '-c:a', 'libmp3lame', '-ar', '44100', '-f', 'flv'], expect: expected({ container: 'flv' }) },
  { name: 'FLV with H.264 and AAC', make: [...AV_H264, '-f', 'flv'], expect: expected({ container: 'flv' }) },
  { name: 'WMV 8 with WMA', make: [...AV, '-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf'], expect: expected({ container: 'asf' }) },
  { name: 'ASF with MS-MPEG-4', make: [...AV, '-c:v', 'msmpeg4', '-c:a', 'wmav1', '-f', 'asf'], expect: expected({ container: 'asf' }) },
  // A browser's recorder writes to a stream: no duration, no index.
  { name: 'WebM without a duration', make: [...AV, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-live', '1', '-f', 'webm'], expect: expected({ container: 'matroska' }) },
];

/** Sound of every shape, and files with more in them than two tracks. */
export const SOUND_AND_TRACKS: readonly CorpusEntry[] = [
  { name: 'no sound', make: [...picture(), ...X264, ...MP4], expect: expected({ audio: false }) },
  { name: 'mono', make: [...AV, ...X264, ...AAC, '-ac', '1', ...MP4], expect: expected() },
  { name: '5.1 sound', make: [...AV, ...X264, ...AAC, '-ac', '6', ...MP4], expect: expected() },
  { name: '8 kHz sound', make: [...AV, ...X264, ...AAC, '-ar', '8000', ...MP4], expect: expected() },
  { name: '96 kHz sound', make: [...AV, ...X264, '-c:a', 'pcm_s24le', '-ar', '96000', '-f', 'matroska'], expect: expected({ container: 'matroska' }) },
  {
    name: 'two pictures and three sounds, the second of each the default',
    make: [
      ...picture({ size: '160x96' }), ...picture(), ...sound(1), ...sound(), ...sound(1), '-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map', '4',
      ...X264, ...AAC, '-disposition:v', '0', '-disposition:v:1', 'default', '-disposition:a', '0', '-disposition:a:1', 'default', '-f', 'matroska',
    ],
    expect: expected({ container: 'matroska', video: { streamIndex: 1 } }),
  },
  {
    name: 'cover art beside the video',
    make: [
      ...picture({ size: '64x64', rate: '1', seconds: 1 }), ...AV, '-map', '0', '-map', '1', '-map', '2',
      '-c:v:0', 'png', '-disposition:v:0', 'attached_pic', '-c:v:1', 'libx264', '-preset', 'ultrafast', '-pix_fmt:v:1', 'yuv420p', ...AAC, ...MP4,
    ],
    expect: expected(),
  },
  { name: 'sound a second longer than the pictures', make: [...picture(), ...sound(3), ...X264, ...AAC, ...MP4], expect: expected({ seconds: 3 }) },
  { name: 'sound that ends a second early', make: [...picture(), ...sound(1), ...X264, ...AAC, ...MP4], expect: expected() },
  { name: 'sound that starts 0.7 s late', make: [...picture(), '-itsoffset', '0.7', ...sound(1.3), ...X264, ...AAC, ...MP4], expect: expected() },
  {
    name: 'pictures that start 0.5 s late',
    make: ['-itsoffset', '0.5', ...picture(), ...sound(2.5), '-fps_mode', 'passthrough', ...X264, ...AAC, ...MP4],
    expect: expected({ seconds: 2.5, video: { startSeconds: 0.5 } }),
  },
  {
    name: 'pictures that start 7 s late, beside sound that ends before them',
    make: ['-itsoffset', '7', ...picture({ seconds: 1 }), ...sound(1), '-fps_mode', 'passthrough', ...X264, ...AAC, ...MP4],
    expect: expected({ seconds: 8, video: { startSeconds: 7 } }),
  },
  {
    name: 'a subtitle and a second language that outlast the pictures',
    make: [
      ...AV, ...sound(4), '-f', 'srt', '-i', 'data:text/plain,1%0A00:00:00,500 --> 00:00:30,000%0Astays%0A%0A',
      '-map', '0', '-map', '1', '-map', '2', '-map', '3', ...X264, ...AAC, '-c:s', 'srt', '-f', 'matroska',
    ],
    expect: expected({ container: 'matroska' }),
  },
  { name: 'time stamps that start at a day', make: [...AV_H264, '-output_ts_offset', '86400', '-f', 'matroska'], expect: expected({ container: 'matroska' }) },
  { name: 'time stamps that start at an hour', make: [...AV_H264, '-output_ts_offset', '3600', '-f', 'matroska'], expect: expected({ container: 'matroska' }) },
];
