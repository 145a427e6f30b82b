import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { patched, pseudoRandom, withDolbyVision } from './byte-builders';
import { AAC, MP4, picture, PIECES, sound, X264 } from './corpus';
import { makeSource } from './corpus-suite';
import { fieldCodedH264 } from './field-coded';
import { rational, toNumber } from '../../../../../src/runtime/domain/rational';
import { brightness, run } from '../../../../support/decode';
import { checkHls } from '../../../../support/hls-checker';
import { SENTENCES } from '../../../../support/sentences';
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
  for (const { message } of [...made.facts.warnings, ...made.media.warnings ?? []]) expect(message).toMatch(SENTENCES);
  return made;
}

const codes = ({ facts, media }: Transcoded) => [...facts.warnings, ...media.warnings ?? []].map(({ code }) => code);
const largest = ({ folder, plan }: Transcoded) => path.join(folder, plan.renditions[0].file);

/** RMS level of each channel, dB, of the whole or of a part. */
async function levels({ folder }: Transcoded, ...part: readonly [start?: number, seconds?: number]): Promise<number[]> {
  const cut = part.length > 0 ? ['-ss', `${part[0]}`, '-t', `${part[1]}`] : [];
  const bytes = await run('ffmpeg', ['-v', 'error', '-i', path.join(folder, 'audio.mp4'), ...cut, '-f', 's16le', '-ac', '2', '-']);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + Math.floor(bytes.length / 4) * 4));
  return [0, 1].map(channel => {
    const own = samples.filter((_, index) => index % 2 === channel);
    return 10 * Math.log10(own.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / own.length);
  });
}

/** By how many milliseconds each beep follows its flash. */
async function beepOffsets(made: Transcoded): Promise<number[]> {
  const light = await brightness(largest(made));
  const flashes = light.flatMap((level, frame) => (level > 128 && light[frame - 1] <= 128 ? [frame / toNumber(made.plan.frameRate)] : []));
  const bytes = await run('ffmpeg', ['-v', 'error', '-i', path.join(made.folder, 'audio.mp4'), '-f', 's16le', '-ac', '1', '-ar', '8000', '-']);
  return flashes.map(flash => {
    const loud = (sample: number) => Math.abs(bytes.readInt16LE(sample * 2)) > 4000;
    let sample = Math.round((flash - 0.3) * 8000);
    while (!loud(sample)) sample += 1;
    return (sample / 8000 - flash) * 1000;
  });
}

/** Luma of one pixel of the first frame. */
async function lumaAt(file: string, x: number, y: number, seconds = 0): Promise<number> {
  const frame = await run('ffmpeg', ['-v', 'error', '-ss', String(seconds), '-i', file, '-frames:v', '1', '-vf', `crop=8:8:${x}:${y},extractplanes=y,scale=1:1:flags=area`, '-pix_fmt', 'gray', '-f', 'rawvideo', '-']);
  // Written as full-range grey; luma is limited.
  return 16 + frame[0] * 219 / 255;
}

/** RGB of a patch of the first frame. */
async function expectColour(made: Transcoded, x: number, [...rgb]: readonly [number, number, number]): Promise<void> {
  const pixel = await run('ffmpeg', ['-v', 'error', '-i', largest(made), '-frames:v', '1', '-vf', `crop=8:8:${x}:120,scale=1:1:flags=area:in_color_matrix=bt709`, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']);
  rgb.forEach((value, channel) => expect(Math.abs(pixel[channel] - value)).toBeLessThanOrEqual(4));
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

  test.each([10, 12])('%i channels without names: the first two are left and right', async channels => {
    const samples = new Int16Array(2 * 48_000 * channels);
    const amplitude = (channel: number) => [0.1, 0.2][channel] ?? 0.9;
    samples.forEach((_, index) => {
      samples[index] = 32767 * amplitude(index % channels) * Math.sin(2 * Math.PI * 440 * Math.floor(index / channels) / 48_000);
    });
    const pcm = subject.file(`pcm-${channels}`);
    await writeFile(pcm, samples);
    const made = await transcode({ make: [...picture(), '-f', 's16le', '-ar', '48000', '-ac', `${channels}`, '-i', pcm, ...X264, '-c:a', 'pcm_s16le', '-f', 'matroska'] });
    const [left, right] = await levels(made);
    expect(left).toBeCloseTo(-23, 0);
    expect(right).toBeCloseTo(-17, 0);
    expect(codes(made)).toEqual(['AUDIO_LAYOUT_UNKNOWN']);
  }, PATIENCE_MS);

  test('audio that goes from 5.1 to stereo is heard throughout', async () => {
    const made = await transcode({
      pieces: [['5.1', '440'], ['stereo', '880']].map(([layout, hertz]) =>
        ['-f', 'lavfi', '-i', `sine=${hertz}:r=48000:d=1`, '-af', `aformat=channel_layouts=mono,pan=${layout}|FL=c0|FR=c0`, '-c:a', 'ac3', '-f', 'ac3']),
      make: [...picture(), '-f', 'ac3', '-i', PIECES, '-map', '0', '-map', '1', ...X264, '-c:a', 'copy', '-f', 'matroska'],
    });
    const halves = await Promise.all([0.1, 1.1].map(start => levels(made, start, 0.8)));
    // sine has an amplitude of 1/8: −21 dB.
    for (const level of halves.flat()) expect(level).toBeCloseTo(-21, 0);
    expect(codes(made)).toEqual([]);
  }, PATIENCE_MS);

  test('a track whose description is missing leaves a silent video', async () => {
    const made = await transcode({
      make: [...picture(), ...sound(), ...X264, ...AAC, ...MP4],
      patch: file => patched(file, copy => copy.write('free', copy.lastIndexOf('stsd', undefined, 'latin1'), 'latin1')),
    });
    expect(made.plan.audio).toBeUndefined();
    expect(codes(made)).toEqual(['AUDIO_LEFT_OUT']);
  }, PATIENCE_MS);

  test('holes of 40 ms in the audio stay where they are', async () => {
    // As WebRTC recorders write: a packet or two is missing now and then, and the time stamps say so.
    const made = await transcode({
      make: [
        '-f', 'lavfi', '-i', 'color=black:s=320x240:r=25:d=4', '-f', 'lavfi', '-i', 'aevalsrc=if(gte(mod(t\\,1)\\,0.52)*lt(mod(t\\,1)\\,0.56)\\,0.5*sin(2*PI*1000*t)\\,0):s=48000:d=4',
        '-vf', "geq=lum='if(gte(mod(T,1),0.52)*lt(mod(T,1),0.56),235,16)':cb=128:cr=128", ...X264,
        '-c:a', 'libopus', '-bsf:a', "noise=drop='eq(mod(n,10),3)+eq(mod(n,10),4)'", '-f', 'matroska',
      ],
    });
    for (const offset of await beepOffsets(made)) expect(Math.abs(offset)).toBeLessThanOrEqual(20);
  }, PATIENCE_MS);

  test.each([['g722', '16000'], ['tta', '48000']])('audio that is not decoded (%s) leaves a silent video', async (codec, rate) => {
    const made = await transcode({ make: [...picture(), ...sound(), ...X264, '-c:a', codec, '-ar', rate, '-ac', '1', '-f', 'matroska'] });
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

  test.each(['mp4', 'matroska', 'mpegts'])('a packet per field, as AVCHD copied into %s: 25 frames per second, each of its own', async format => {
    const lumas = Array.from({ length: 50 }, (_, frame) => 30 + 4 * frame);
    const fields = subject.file(`fields-${format}`);
    await writeFile(fields, fieldCodedH264(lumas));
    const made = await transcode({ make: ['-f', 'h264', '-framerate', '25', '-i', fields, '-c', 'copy', '-f', format] });
    expect(made.plan).toMatchObject({ frameRate: rational(25), frames: 50 });
    const shown = await brightness(largest(made));
    expect(shown).toHaveLength(50);
    shown.forEach((level, frame) => expect(Math.abs(level - (lumas[frame] - 16) * 255 / 219)).toBeLessThan(4));
  }, PATIENCE_MS);

  test('Display P3 becomes BT.709: reds get redder, grey stays', async () => {
    const patches = ['0xb45a5a', '0x808080'].map((colour, index) => `drawbox=x=${160 * (index + 1)}:w=160:t=fill:c=${colour}`);
    const made = await transcode({
      make: ['-f', 'lavfi', '-i', `color=black:s=480x240:r=25:d=0.5,format=gbrp,${patches.join(',')},scale=out_color_matrix=bt709:out_range=limited,format=yuv420p,setparams=colorspace=bt709:color_primaries=smpte432:color_trc=bt709`,
        ...X264, '-color_primaries', 'smpte432', '-color_trc', 'bt709', '-colorspace', 'bt709', '-f', 'mov'],
    });
    // By the matrices of SMPTE RP 431-2 and BT.709, in linear light with the BT.709 curve.
    await expectColour(made, 240, [194, 84, 87]);
    await expectColour(made, 400, [128, 128, 128]);
  }, PATIENCE_MS);

  test('Dolby Vision that has no ordinary base layer is refused by name, and with one it is taken', async () => {
    const make = [...picture({ seconds: 1 }), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-tag:v', 'hvc1', ...MP4];
    await expect(transcode({ make, patch: withDolbyVision(5, 0) })).rejects.toMatchObject({
      code: 'UNSUPPORTED_CODEC', message: expect.stringMatching(/^The video is Dolby Vision profile 5.*Export it as/),
    });
    expect((await transcode({ make, patch: withDolbyVision(8, 4) })).media.durationSeconds).toBeCloseTo(1, 1);
  }, PATIENCE_MS);

  test('an alpha channel is composed on black', async () => {
    const made = await transcode({
      make: ['-f', 'lavfi', '-i', 'color=white:s=320x240:r=25:d=0.4,format=rgba,geq=r=255:g=255:b=255:a=\'if(lt(X,160),64,255)\'', '-c:v', 'png', '-f', 'mov'],
    });
    // A quarter of white, and white.
    expect(await lumaAt(largest(made), 80, 120)).toBeCloseTo(16 + 219 / 4, -1);
    expect(await lumaAt(largest(made), 240, 120)).toBeGreaterThan(230);
  }, PATIENCE_MS);

  test('the spare byte of AVI\'s 32-bit RGB is no alpha', async () => {
    const made = await transcode({ make: ['-f', 'lavfi', '-i', 'color=white:s=160x120:r=25:d=0.2,format=bgra,colorchannelmixer=aa=0', '-c:v', 'rawvideo', '-pix_fmt', 'bgra', '-f', 'avi'] });
    expect(await lumaAt(largest(made), 80, 60)).toBeGreaterThan(230);
  }, PATIENCE_MS);

  test('an encrypted file is refused as such', async () => {
    const make = [...picture({ seconds: 1 }), ...X264, '-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', '00'.repeat(16), '-encryption_kid', '11'.repeat(16), ...MP4];
    await expect(transcode({ make })).rejects.toMatchObject({ code: 'UNSUPPORTED_CODEC', message: expect.stringContaining('encrypted (DRM)') });
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
      make: [...picture({ seconds: 4 }), ...X264, '-bf', '0', '-g', '30', ...MP4],
      patch: file => patched(file, copy => {
        const next = pseudoRandom(1);
        for (let byte = 0; byte < 600; byte += 1) copy[Math.floor(copy.length / 2) + byte] = Math.floor(next() * 256);
      }),
    });
    expect(made.media.durationSeconds).toBeCloseTo(4, 1);
    const damage = made.media.warnings!.find(({ code }) => code === 'SOURCE_DAMAGED')!;
    expect(damage.message).toMatch(/^The video is damaged: \d+ of 120 frames/);
    // The damage lies in the middle of the file.
    expect(damage.at).toBeGreaterThan(1);
    expect(damage.at).toBeLessThanOrEqual(2.5);
  }, PATIENCE_MS);

  test.each([
    ['video', ['-bsf:v', 'noise=amount=\'if(gt(n,112),2,0)\''], 3.5],
    ['audio', ['-bsf:a', 'noise=amount=\'if(gt(n,174),2,0)\''], 3.5],
  ])('a tail of %s that cannot be decoded is bridged and said', async (_, damage, from) => {
    const made = await transcode({
      pieces: [[...picture({ seconds: 4 }), ...sound(4), ...X264, '-g', '15', ...AAC, '-f', 'matroska']],
      make: ['-f', 'matroska', '-i', PIECES, '-c', 'copy', ...damage, '-f', 'matroska'],
    });
    expect(made.media.durationSeconds).toBeCloseTo(4, 1);
    const [warning] = made.media.warnings!;
    expect(warning.code).toBe('SOURCE_DAMAGED');
    expect(warning.at).toBeGreaterThanOrEqual(from - 0.6);
  }, PATIENCE_MS);

  test('audio that is damaged beyond use leaves a silent video', async () => {
    const made = await transcode({ make: [...picture(), ...sound(), ...X264, ...AAC, '-bsf:a', 'noise=amount=5', '-f', 'matroska'] });
    expect((await checkHls(made.folder)).audio).toBeUndefined();
    expect(codes(made)).toEqual(['AUDIO_LEFT_OUT']);
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
