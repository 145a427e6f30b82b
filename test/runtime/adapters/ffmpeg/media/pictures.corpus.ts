import { AAC, ALL_RUNGS, CorpusEntry, expected, MP4, picture, PIECES, sound, withMatrix, X264 } from './corpus';

const SILENT = { audio: false };
const HEVC_10 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'] as const;

/** Sizes, shapes and directions. */
export const SHAPES: readonly CorpusEntry[] = [
  { name: 'portrait 9:16', make: [...picture({ size: '240x426' }), ...X264, ...MP4], expect: expected({ ...SILENT, size: '240x426' }) },
  { name: 'turned a quarter clockwise', make: [...picture(), ...X264, ...MP4], patch: withMatrix([0, 1, -1, 0]), expect: expected({ ...SILENT, size: '240x426' }) },
  { name: 'turned a quarter counterclockwise', make: [...picture(), ...X264, ...MP4], patch: withMatrix([0, -1, 1, 0]), expect: expected({ ...SILENT, size: '240x426' }) },
  { name: 'upside down', make: [...picture(), ...X264, ...MP4], patch: withMatrix([-1, 0, 0, -1]), expect: expected(SILENT) },
  { name: 'mirrored', make: [...picture(), ...X264, ...MP4], patch: withMatrix([-1, 0, 0, 1]), expect: expected(SILENT) },
  { name: 'wide pixels', make: [...picture({ size: '320x240' }), '-vf', 'setsar=4/3', ...X264, ...MP4], expect: expected({ ...SILENT, size: '426x240' }) },
  { name: 'narrow pixels', make: [...picture({ size: '480x240' }), '-vf', 'setsar=2/3', ...X264, ...MP4], expect: expected({ ...SILENT, size: '320x240' }) },
  { name: 'odd sides', make: [...picture({ size: '427x241' }), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p', ...MP4], expect: expected({ ...SILENT, size: '426x240' }) },
  { name: 'odd sides below every rung', make: [...picture({ size: '77x51' }), '-c:v', 'mjpeg', '-f', 'avi'], expect: expected({ ...SILENT, size: '76x50', rungs: ['50p'], container: 'avi' }) },
  { name: '16 × 16', make: [...picture({ size: '16x16' }), ...X264, ...MP4], expect: expected({ ...SILENT, size: '16x16', rungs: ['16p'] }) },
  { name: 'between two rungs', make: [...picture({ size: '320x180' }), ...X264, ...MP4], expect: expected({ ...SILENT, size: '284x160', rungs: ['160p', '96p'] }) },
  { name: 'four times as wide as high', make: [...picture({ size: '1000x250' }), ...X264, ...MP4], expect: expected({ ...SILENT, size: '960x240' }) },
  {
    name: 'a size that changes on the way',
    pieces: ['426x240', '212x120', '640x360'].map(size => [...picture({ size, seconds: 1 }), '-c:v', 'mjpeg', '-f', 'mjpeg']),
    make: ['-f', 'mjpeg', '-framerate', '30', '-i', PIECES, '-c', 'copy', '-f', 'matroska'],
    expect: expected({ ...SILENT, seconds: 3, container: 'matroska' }),
  },
];

/** Rates, lengths and scanning. */
export const TIMING: readonly CorpusEntry[] = [
  { name: '23.976 pictures a second', make: [...picture({ rate: '24000/1001', seconds: 5 }), ...sound(5), ...X264, ...AAC, ...MP4], expect: expected({ frameRate: 23.976, seconds: 5 }) },
  { name: '25 pictures a second, over three segments', make: [...picture({ rate: '25', seconds: 9.2 }), ...sound(9.2), ...X264, ...AAC, ...MP4], expect: expected({ frameRate: 25, seconds: 9.2 }) },
  { name: '29.97 pictures a second', make: [...picture({ rate: '30000/1001' }), ...X264, '-f', 'matroska'], expect: expected({ ...SILENT, frameRate: 29.97, container: 'matroska' }) },
  { name: '50 pictures a second', make: [...picture({ rate: '50' }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 50 }) },
  { name: '59.94 pictures a second', make: [...picture({ rate: '60000/1001' }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 59.94 }) },
  { name: '60 pictures a second', make: [...picture({ rate: '60', seconds: 5 }), ...sound(5), ...X264, ...AAC, ...MP4], expect: expected({ frameRate: 60, seconds: 5 }) },
  { name: '12.5 pictures a second', make: [...picture({ rate: '12.5', seconds: 4 }), '-c:v', 'libvpx', '-deadline', 'realtime', '-f', 'webm'], expect: expected({ ...SILENT, frameRate: 12.5, seconds: 4, container: 'matroska' }) },
  { name: '120 pictures a second', make: [...picture({ rate: '120', size: '426x240' }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 60 }) },
  { name: '100 pictures a second', make: [...picture({ rate: '100' }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 50 }) },
  { name: 'one picture a second', make: [...picture({ rate: '1', seconds: 6 }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 5, seconds: 6 }) },
  {
    name: 'a variable rate around 30',
    make: [...picture({ seconds: 3 }), ...sound(3), '-vf', 'select=not(between(mod(n\\,20)\\,5\\,9)+eq(mod(n\\,7)\\,3))', '-fps_mode', 'vfr', ...X264, ...AAC, '-f', 'matroska'],
    expect: expected({ seconds: 3, container: 'matroska', video: { variableFrameRate: true } }),
  },
  {
    name: 'interlaced, top field first',
    make: [...picture({ rate: '50' }), '-vf', 'interlace=scan=tff', ...X264, '-flags', '+ilme+ildct', '-x264-params', 'tff=1', ...MP4],
    expect: expected({ ...SILENT, frameRate: 25, video: { interlaced: true } }),
  },
  {
    name: 'interlaced MPEG-2',
    make: [...picture({ rate: '60000/1001' }), '-vf', 'interlace=scan=tff', '-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-top', '1', '-f', 'matroska'],
    expect: expected({ ...SILENT, frameRate: 29.97, container: 'matroska', video: { interlaced: true } }),
  },
  {
    // An encoder that starts a group of pictures at every cut would start its segments there, in some rungs and not in others.
    name: 'hard cuts in the middle of segments',
    make: ['-f', 'lavfi', '-i', 'testsrc2=s=426x240:r=25:d=3.3[a];mandelbrot=s=426x240:r=25,trim=duration=2.9[b];smptebars=s=426x240:r=25:d=1.7,hue=s=0[c];[a][b][c]concat=n=3', ...X264, ...MP4],
    expect: expected({ ...SILENT, frameRate: 25, seconds: 7.9 }),
  },
  { name: '0.2 s', make: [...picture({ seconds: 0.2 }), ...sound(0.2), ...X264, ...AAC, ...MP4], expect: expected({ seconds: 0.2 }) },
  { name: 'a single picture', make: [...picture(), '-frames:v', '1', ...X264, ...MP4], expect: expected({ ...SILENT, seconds: 1 / 30 }) },
  { name: 'a single picture in WMV, without a length', make: [...picture(), '-frames:v', '1', '-c:v', 'wmv2', '-f', 'asf'], expect: expected({ ...SILENT, frameRate: 25, seconds: 1 / 25, container: 'asf' }) },
  { name: 'a single picture in WebM', make: [...picture(), '-frames:v', '1', '-c:v', 'libvpx', '-f', 'webm'], expect: expected({ ...SILENT, seconds: 1 / 30, container: 'matroska' }) },
  { name: 'a single picture with sound', make: [...picture({ seconds: 0.03 }), ...sound(3), ...X264, ...AAC, ...MP4], expect: expected({ frameRate: 5, seconds: 3 }) },
  { name: 'a segment and one picture', make: [...picture({ rate: '25', seconds: 4.04 }), ...X264, ...MP4], expect: expected({ ...SILENT, frameRate: 25, seconds: 4.04 }) },
];

/** Depth, range and colour. */
export const COLOURS: readonly CorpusEntry[] = [
  { name: '10 bit HEVC', make: [...picture(), ...HEVC_10, '-x265-params', 'log-level=error', ...MP4], expect: expected({ ...SILENT, video: { bitDepth: 10 } }) },
  {
    name: 'HDR10 (PQ)',
    make: [...picture({ seconds: 1 }), ...HEVC_10, '-x265-params', 'log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc', ...MP4],
    expect: expected({ ...SILENT, seconds: 1 }),
  },
  {
    name: 'HLG, turned a quarter',
    make: [...picture({ seconds: 1 }), ...HEVC_10, '-x265-params', 'log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc', ...MP4],
    patch: withMatrix([0, 1, -1, 0]),
    expect: expected({ ...SILENT, seconds: 1, size: '240x426' }),
  },
  {
    name: 'BT.2020 without HDR',
    make: [...picture({ seconds: 1 }), ...HEVC_10, '-x265-params', 'log-level=error:colorprim=bt2020:transfer=bt2020-10:colormatrix=bt2020nc', ...MP4],
    expect: expected({ ...SILENT, seconds: 1 }),
  },
  { name: 'full range', make: [...picture(), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuvj420p', ...MP4], expect: expected(SILENT) },
  { name: '4:4:4', make: [...picture(), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p', ...MP4], expect: expected(SILENT) },
  { name: 'VP9 with transparency', make: [...picture(), '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-pix_fmt', 'yuva420p', '-f', 'webm'], expect: expected({ ...SILENT, container: 'matroska' }) },
  { name: 'ProRes 4444', make: [...picture({ seconds: 1 }), '-c:v', 'prores_ks', '-pix_fmt', 'yuva444p10le', '-f', 'mov'], expect: expected({ ...SILENT, seconds: 1, rungs: ALL_RUNGS }) },
];
