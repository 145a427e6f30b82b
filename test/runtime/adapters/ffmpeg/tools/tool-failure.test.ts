import { toolFailure } from '../../../../../src/runtime/adapters/ffmpeg/tools/tool-failure';

/** From what ffmpeg 7.1 (named streams in brackets) and 5.1 wrote when `ulimit -v` left them 260 MB to 1 GB of addresses. */
const OUT_OF_MEMORY = [
  '[vist#0:0/h264 @ 0x55e75944a800] [dec:h264 @ 0x55e759440c00] Error while opening decoder: Cannot allocate memory',
  '[h264 @ 0x563026adc540] Could not allocate memory',
  'x264 [error]: malloc of size 3418304 failed\n[vost#0:0/libx264 @ 0x55f9dd017d80] Error submitting video frame to the encoder',
  '[vost#0:0/libx264 @ 0x561f7223ad80] pthread_create() failed: Resource temporarily unavailable',
  '[fc#0 @ 0x558d8d9d2140] Error reinitializing filters!\n[fc#0 @ 0x558d8d9d2140] Task finished with error code: -11 (Resource temporarily unavailable)',
  '[vost#0:0/libx264 @ 0x560cc8a61d80] Error while opening encoder - maybe incorrect parameters such as bit_rate, rate, width or height.',
  'x264 [error]: malloc of size 3418304 failed\nError submitting video frame to the encoder',
  'Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height',
];

test.each(OUT_OF_MEMORY)('%j: the file needs more memory than a file may', stderr => {
  expect(toolFailure('ffmpeg', { code: 187, signal: null, stderr })).toMatchObject({ name: 'RejectedError', code: 'RESOURCE_LIMIT' });
});

test('too many pixels are named as such, although ffmpeg speaks of memory, too', () => {
  const stderr = '[h264 @ 0x1] Picture size 60000x60000 is invalid\nError while opening decoder: Cannot allocate memory';
  expect(toolFailure('ffmpeg', { code: 244, signal: null, stderr })).toMatchObject({ code: 'DIMENSIONS_TOO_LARGE' });
});

test('words that say nothing of a limit mean an unreadable file', () => {
  const stderr = '[vist#0:0/h264 @ 0x1] Error submitting packet to decoder: Invalid data found when processing input';
  expect(toolFailure('ffmpeg', { code: 183, signal: null, stderr })).toMatchObject({ code: 'UNREADABLE' });
});
