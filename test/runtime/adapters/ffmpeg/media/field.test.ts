import * as path from 'node:path';
import { patched } from './byte-builders';
import { AAC, MP4, picture, PIECES, sound, X264 } from './corpus';
import { makeSource } from './corpus-suite';
import { run } from '../../../../support/decode';
import { checkHls } from '../../../../support/hls-checker';
import { TestTranscoder, Transcoded } from '../../../../support/test-transcoder';

/** Loaded machines take their time. */
const PATIENCE_MS = 180_000;

let subject: TestTranscoder;
let sources = 0;
beforeAll(async () => { subject = await TestTranscoder.create(); });
afterAll(async () => subject.close());

interface FieldFile {
  readonly make: readonly string[];
  readonly pieces?: ReadonlyArray<readonly string[]>;
  readonly patch?: (file: Buffer) => Buffer;
}

async function transcode(entry: FieldFile): Promise<Transcoded> {
  sources += 1;
  const file = subject.file(`field-${sources}`);
  await makeSource(entry, file);
  const made = await subject.process(file);
  expect((await checkHls(made.folder)).problems).toEqual([]);
  return made;
}

const codes = ({ facts, media }: Transcoded) => [...facts.warnings, ...media.warnings ?? []].map(({ code }) => code);
const largest = ({ folder, plan }: Transcoded) => path.join(folder, plan.renditions[0].file);

/** RMS level of each channel, dB. */
async function levels({ folder }: Transcoded): Promise<number[]> {
  const bytes = await run('ffmpeg', ['-v', 'error', '-i', path.join(folder, 'audio.mp4'), '-f', 's16le', '-ac', '2', '-']);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + Math.floor(bytes.length / 4) * 4));
  return [0, 1].map(channel => {
    const own = samples.filter((_, index) => index % 2 === channel);
    return 10 * Math.log10(own.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / own.length);
  });
}

/** Luma of one pixel of the first frame. */
async function lumaAt(file: string, x: number, y: number, seconds = 0): Promise<number> {
  const frame = await run('ffmpeg', ['-v', 'error', '-ss', String(seconds), '-i', file, '-frames:v', '1', '-vf', `crop=8:8:${x}:${y},extractplanes=y,scale=1:1:flags=area`, '-pix_fmt', 'gray', '-f', 'rawvideo', '-']);
  // Written as full-range grey; luma is limited.
  return 16 + frame[0] * 219 / 255;
}

const SINE = ['-f', 'lavfi', '-i', 'aevalsrc=0.1*sin(2*PI*440*t):s=48000:d=2'] as const;

describe('audio', () => {
  test('mono keeps its level in both channels', async () => {
    const [left, right] = await levels(await transcode({ make: [...picture(), ...SINE, ...X264, '-c:a', 'pcm_s16le', '-ac', '1', '-f', 'mov'] }));
    // A sine of amplitude 0.1 has −23 dB.
    expect(left).toBeCloseTo(-23, 0);
    expect(right).toBeCloseTo(-23, 0);
  }, PATIENCE_MS);

  test('two mono tracks are left and right, and the owner is told', async () => {
    const made = await transcode({
      make: [...picture(), ...SINE, '-f', 'lavfi', '-i', 'aevalsrc=0.2*sin(2*PI*880*t):s=48000:d=2', '-map', '0', '-map', '1', '-map', '2', ...X264, '-c:a', 'pcm_s16le', '-ac', '1', '-f', 'mov'],
    });
    const [left, right] = await levels(made);
    expect(left).toBeCloseTo(-23, 0);
    expect(right).toBeCloseTo(-17, 0);
    expect(codes(made)).toEqual(['AUDIO_TRACKS_JOINED']);
  }, PATIENCE_MS);

  test('audio that cannot be decoded leaves a silent video', async () => {
    const made = await transcode({ make: [...picture(), ...sound(), ...X264, '-c:a', 'g722', '-ar', '16000', '-ac', '1', '-f', 'matroska'] });
    expect(made.plan.audio).toBeUndefined();
    expect(codes(made)).toEqual(['AUDIO_LEFT_OUT']);
  }, PATIENCE_MS);
});

describe('video', () => {
  test('DV, which only its frames call interlaced, is deinterlaced', async () => {
    const made = await transcode({ make: ['-f', 'lavfi', '-i', 'testsrc2=s=720x480:r=60000/1001:d=2', '-vf', 'scroll=h=0.01,interlace=scan=bff', '-c:v', 'dvvideo', '-pix_fmt', 'yuv411p', '-f', 'avi'] });
    const said = await run('ffmpeg', ['-v', 'error', '-i', largest(made), '-vf', 'idet,metadata=print:file=-', '-f', 'null', '-']);
    const last = [...said.toString().matchAll(/idet\.multiple\.(tff|bff)=([\d.]+)/g)].slice(-2).map(([, , count]) => Number(count));
    expect(Math.max(...last)).toBeLessThanOrEqual(2);
  }, PATIENCE_MS);

  test('a phone that is turned midway is fitted into the frame, not stretched', async () => {
    const made = await transcode({
      pieces: ['320x240', '240x320'].map(size => ['-f', 'lavfi', '-i', `color=white:s=${size}:r=30:d=1`, '-c:v', 'mjpeg', '-f', 'mjpeg']),
      make: ['-f', 'mjpeg', '-framerate', '30', '-i', PIECES, '-c', 'copy', '-f', 'matroska'],
    });
    expect(await lumaAt(largest(made), 8, 120, 0.2)).toBeGreaterThan(225);
    // 180 × 240 in the middle of 320 × 240: 70 of black on each side.
    expect(await lumaAt(largest(made), 40, 120, 1.5)).toBeLessThan(24);
    expect(await lumaAt(largest(made), 160, 120, 1.5)).toBeGreaterThan(225);
  }, PATIENCE_MS);

  test('HLG keeps grey in its place and shows diffuse white bright', async () => {
    const patches = [0.38, 0.75].map((level, index) => `drawbox=x=${160 * (index + 1)}:w=160:t=fill:c=0x${Math.round(level * 255).toString(16).padStart(2, '0').repeat(3)}`);
    const made = await transcode({
      make: ['-f', 'lavfi', '-i', `color=black:s=480x240:r=25:d=0.5,format=gbrp,${patches.join(',')},scale=out_color_matrix=bt2020:out_range=limited,format=yuv420p10le`,
        '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc', ...MP4],
    });
    expect(await lumaAt(largest(made), 240, 120)).toBeGreaterThanOrEqual(100);
    expect(await lumaAt(largest(made), 240, 120)).toBeLessThanOrEqual(120);
    expect(await lumaAt(largest(made), 400, 120)).toBeGreaterThanOrEqual(200);
  }, PATIENCE_MS);
});

describe('damage and cuts', () => {
  test('one bad frame of a film is concealed and said', async () => {
    const made = await transcode({
      make: [...picture({ seconds: 4 }), ...sound(4), ...X264, '-bf', '0', '-g', '30', ...AAC, '-f', 'matroska'],
      patch: file => patched(file, copy => copy.fill(0xff, Math.floor(copy.length / 2), Math.floor(copy.length / 2) + 600)),
    });
    expect(made.media.durationSeconds).toBeCloseTo(4, 1);
    expect(codes(made)).toContain('SOURCE_DAMAGED');
  }, PATIENCE_MS);

  test.each([
    ['fragmented MP4', ['-movflags', '+frag_keyframe+empty_moov', ...MP4]],
    ['FLV', ['-f', 'flv']],
  ])('%s that breaks off is taken up to there', async (_, format) => {
    const made = await transcode({
      make: [...picture({ seconds: 4 }), ...sound(4), ...X264, '-g', '15', ...AAC, ...format],
      patch: file => file.subarray(0, Math.floor(file.length * 0.6)),
    });
    expect(made.media.durationSeconds).toBeGreaterThan(1.5);
    expect(codes(made)).toContain('SOURCE_CUT');
  }, PATIENCE_MS);

  test('an AVI of unknown size is whole', async () => {
    const made = await transcode({
      make: [...picture(), ...sound(), '-c:v', 'mpeg4', '-c:a', 'mp3', '-f', 'avi'], patch: file => patched(file, copy => copy.writeUInt32LE(0xffffffff, 4)),
    });
    expect(made.media.durationSeconds).toBeCloseTo(2, 1);
  }, PATIENCE_MS);

  test('a media box stated 8 bytes too long is whole', async () => {
    const made = await transcode({
      make: [...picture(), ...sound(), ...X264, ...AAC, '-movflags', '+faststart', ...MP4],
      patch: file => patched(file, copy => { const at = copy.indexOf('mdat', 0, 'latin1') - 4; copy.writeUInt32BE(copy.readUInt32BE(at) + 8, at); }),
    });
    expect(made.media.durationSeconds).toBeCloseTo(2, 1);
    expect(codes(made)).toEqual([]);
  }, PATIENCE_MS);
});

describe('formats', () => {
  test.each([
    ['MPEG-TS', [...picture(), ...sound(), ...X264, ...AAC, '-f', 'mpegts'], 'mpegts'],
    ['AVCHD', [...picture(), ...sound(), ...X264, '-c:a', 'ac3', '-mpegts_m2ts_mode', '1', '-f', 'mpegts'], 'mpegts'],
    ['MPEG-PS', [...picture(), ...sound(), '-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpeg'], 'mpeg'],
    ['MXF', [...picture({ rate: '25' }), ...sound(), '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-f', 'mxf'], 'mxf'],
    ['QuickTime Animation', [...picture({ seconds: 1 }), '-c:v', 'qtrle', '-f', 'mov'], 'mov'],
    ['uncompressed AVI', [...picture({ seconds: 0.5 }), '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p', '-f', 'avi'], 'avi'],
    ['3GP', [...picture({ size: '176x144' }), ...sound(), '-c:v', 'h263', ...AAC, '-f', '3gp'], 'mov'],
  ])('%s', async (_, make, container) => {
    expect((await transcode({ make })).facts.container).toBe(container);
  }, PATIENCE_MS);
});
