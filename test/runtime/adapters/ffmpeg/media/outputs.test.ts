import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import sharp from 'sharp';
import { AAC, CorpusEntry, MP4, picture, sound, withMatrix, X264 } from './corpus';
import { makeSource } from './corpus-suite';
import { LadderProfileSpec, STANDARD_LADDER } from '../../../../../src/runtime/contract/ladder-profile';
import { brightness, decodeFrames, pictureAt, run, samples } from '../../../../support/decode';
import { checkHls } from '../../../../support/hls-checker';
import { parsePlaylist } from '../../../../support/hls-playlist';
import { SMALL_LADDER, TestTranscoder, Transcoded } from '../../../../support/test-transcoder';

let subject: TestTranscoder;
let sources = 0;
beforeAll(async () => { subject = await TestTranscoder.create(); });
afterAll(async () => subject.close());

async function source(entry: Pick<CorpusEntry, 'make' | 'patch'>): Promise<string> {
  sources += 1;
  const file = subject.file(`source-${sources}`);
  await makeSource(entry, file);
  return file;
}

async function transcode(entry: Pick<CorpusEntry, 'make' | 'patch'>, profile: LadderProfileSpec = SMALL_LADDER, withImages = false): Promise<Transcoded> {
  return subject.process(await source(entry), profile, withImages);
}

const inFolder = ({ folder }: Transcoded, file: string) => path.join(folder, file);

describe('sound and pictures stay in step', () => {
  /** White and loud from the first second on, black and silent before. */
  const FLASH = ['-f', 'lavfi', '-i', 'color=black:s=320x240:r=30:d=2,drawbox=c=white:t=fill:enable=gte(t\\,1)'];
  const BEEP = (delay = 0, seconds = 2) => ['-f', 'lavfi', '-i', `aevalsrc=if(gte(t\\,${1 - delay})\\,sin(2*PI*440*t)\\,0):s=48000:d=${seconds - delay}`];

  async function offsets(transcoded: Transcoded): Promise<{ flash: number; beep: number }> {
    const light = await brightness(inFolder(transcoded, '240p.mp4'));
    const loud = (await samples(inFolder(transcoded, 'audio.mp4'))).findIndex(sample => Math.abs(sample) > 3000);
    return { flash: light.findIndex(level => level > 128) / 30, beep: loud / 8000 };
  }

  test.each([
    ['both start together', [...FLASH, ...BEEP(), ...X264, ...AAC, ...MP4], 1],
    ['the sound starts 0.5 s late', [...FLASH, '-itsoffset', '0.5', ...BEEP(0.5), ...X264, ...AAC, ...MP4], 1],
    ['the pictures start 0.4 s late', ['-itsoffset', '0.4', ...FLASH, ...BEEP(-0.4, 2), '-fps_mode', 'passthrough', ...X264, ...AAC, ...MP4], 1.4],
    ['pictures are reordered in MKV', [...FLASH, ...BEEP(), '-c:v', 'libx264', '-bf', '3', '-pix_fmt', 'yuv420p', '-c:a', 'libopus', '-f', 'matroska'], 1],
    ['everything starts at 100 s', [...FLASH, ...BEEP(), ...X264, ...AAC, '-output_ts_offset', '100', '-f', 'flv'], 1],
  ])('when %s', async (_, make, at) => {
    const { flash, beep } = await offsets(await transcode({ make }));
    expect(Math.abs(flash - at)).toBeLessThanOrEqual(0.04);
    expect(Math.abs(beep - flash)).toBeLessThanOrEqual(0.04);
  });
});

describe('pictures come out upright and in their own colours', () => {
  /** Quarters: red green / blue white. */
  const QUARTERS = ['-f', 'lavfi', '-i', 'color=red:s=320x240:r=10:d=0.5,drawbox=x=160:c=lime:t=fill:w=160:h=120,drawbox=y=120:c=blue:t=fill:w=160:h=120,drawbox=x=160:y=120:c=white:t=fill:w=160:h=120'];

  async function quarters(transcoded: Transcoded): Promise<string> {
    const pixels = await pictureAt(inFolder(transcoded, '240p.mp4'), 0, 4, 4);
    // The middle of each quarter, away from the seams.
    return [0, 3, 12, 15].map(at => nameOf(pixels.subarray(at * 3, at * 3 + 3))).join('');
  }

  function nameOf([red, green, blue]: Buffer): string {
    const bright = `${red > 128 ? 'r' : ''}${green > 128 ? 'g' : ''}${blue > 128 ? 'b' : ''}`;
    return { r: 'R', g: 'G', b: 'B', rgb: 'W' }[bright] ?? '?';
  }

  test.each<[string, [number, number, number, number], string]>([
    ['upright', [1, 0, 0, 1], 'RGBW'],
    ['a quarter clockwise', [0, 1, -1, 0], 'BRWG'],
    ['upside down', [-1, 0, 0, -1], 'WBGR'],
    ['a quarter counterclockwise', [0, -1, 1, 0], 'GWRB'],
    ['mirrored left to right', [-1, 0, 0, 1], 'GRWB'],
    ['mirrored top to bottom', [1, 0, 0, -1], 'BWRG'],
    ['mirrored and turned', [0, 1, 1, 0], 'RBGW'],
    ['mirrored and turned the other way', [0, -1, -1, 0], 'WGBR'],
  ])('shown %s', async (_, matrix, expectation) => {
    const made = await transcode({ make: [...QUARTERS, ...X264, ...MP4], patch: withMatrix(matrix) });
    expect(await quarters(made)).toBe(expectation);
    const [{ width, height }] = made.media.renditions;
    expect(width > height).toBe(matrix[0] !== 0);
    // What the output says of itself must not turn it a second time.
    const probe = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream_side_data=rotation', '-of', 'csv=p=0', inFolder(made, '240p.mp4')]);
    expect(probe.toString().trim()).toBe('');
  });

  /** Mean red, green and blue of a flat source. */
  async function colourOf(make: readonly string[]): Promise<number[]> {
    return [...(await pictureAt(inFolder(await transcode({ make }), '240p.mp4'), 0, 1, 1))];
  }

  const FLAT = (colour: string) => ['-f', 'lavfi', '-i', `color=${colour}:s=320x240:r=10:d=0.3,format=gbrp`];
  const TO = (matrix: string, then = '') => ['-vf', `scale=out_color_matrix=${matrix}:out_range=tv,format=yuv420p${then}`];

  test.each([
    ['BT.709', [...TO('bt709'), '-colorspace', 'bt709']],
    ['BT.601', [...TO('smpte170m'), '-colorspace', 'smpte170m']],
    ['PAL', [...TO('bt470'), '-colorspace', 'bt470bg']],
    ['nothing said, standard definition', [...TO('smpte170m')]],
    ['full range', [...TO('bt709', ',scale=in_range=tv:out_range=pc'), '-colorspace', 'bt709', '-color_range', 'pc']],
  ])('from %s', async (_, options) => {
    const [red, green, blue] = await colourOf([...FLAT('0xC08040'), ...options, '-c:v', 'libx264', '-qp', '4', ...MP4]);
    expect(Math.abs(red - 0xc0)).toBeLessThanOrEqual(6);
    expect(Math.abs(green - 0x80)).toBeLessThanOrEqual(6);
    expect(Math.abs(blue - 0x40)).toBeLessThanOrEqual(6);
  });

  test.each(['smpte2084', 'arib-std-b67'])('high dynamic range (%s) keeps black black, white bright and every output in BT.709', async transfer => {
    const bars = ['-f', 'lavfi', '-i', 'color=black:s=320x240:r=10:d=0.3,drawbox=x=160:w=160:h=240:c=white:t=fill'];
    const hdr = ['-vf', 'format=yuv420p10le', '-c:v', 'libx265', '-x265-params', `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`, ...MP4];
    const made = await transcode({ make: [...bars, ...hdr] });
    const pixels = await pictureAt(inFolder(made, '240p.mp4'), 0, 4, 4);
    expect(pixels[0]).toBeLessThan(24);
    expect(pixels[9]).toBeGreaterThan(180);
    const probe = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=pix_fmt,color_range,color_space,color_transfer,color_primaries', '-of', 'default=nk=1:nw=1', inFolder(made, '240p.mp4')]);
    expect(probe.toString().trim().split('\n')).toEqual(['yuv420p', 'tv', 'bt709', 'bt709', 'bt709']);
  });

  test.each([
    // 100 and 500 cd/m², as 10 bit codes.
    ['PQ', 'smpte2084', 509, 660],
    ['HLG', 'arib-std-b67', 560, 800],
  ])('highlights of %s are mapped, not cut off', async (_, transfer, grey, highlight) => {
    const halves = ['-f', 'lavfi', '-i', `color=black:s=320x240:r=10:d=0.3,format=yuv420p10le,geq=lum=if(lt(X\\,160)\\,${grey}\\,${highlight}):cb=512:cr=512`];
    const made = await transcode({
      make: [...halves, '-c:v', 'libx265', '-x265-params', `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`, ...MP4],
    });
    const pixels = await pictureAt(inFolder(made, '240p.mp4'), 0, 4, 4);
    expect(pixels[0]).toBeGreaterThan(70);
    expect(pixels[9]).toBeGreaterThan(pixels[0] + 25);
    expect(pixels[9]).toBeLessThan(250);
  });

  test('interlaced pictures lose their combs', async () => {
    const moving = ['-f', 'lavfi', '-i', 'color=black:s=320x240:r=50:d=0.6,geq=lum=if(lt(mod(X+N*16\\,320)\\,40)\\,235\\,16):cb=128:cr=128'];
    const made = await transcode({ make: [...moving, '-vf', 'interlace=scan=tff:lowpass=off', '-c:v', 'libx264', '-qp', '4', '-flags', '+ilme+ildct', '-x264-params', 'tff=1', ...MP4] });
    // A vertical bar: neighbouring lines are alike unless two moments are woven into one picture.
    const rows = await run('ffmpeg', ['-v', 'error', '-i', inFolder(made, '240p.mp4'), '-vf', 'select=eq(n\\,6),format=gray', '-frames:v', '1', '-f', 'rawvideo', '-']);
    let combed = 0;
    for (let at = 320; at < rows.length; at += 1) combed += Math.abs(rows[at] - rows[at - 320]) > 60 ? 1 : 0;
    expect(combed / rows.length).toBeLessThan(0.005);
  });
});

describe('images', () => {
  test('the poster is no black picture, comes in three formats and is as turned as the video', async () => {
    const blackThenBars = ['-f', 'lavfi', '-i', 'color=black:s=426x240:r=10:d=3[a];smptebars=s=426x240:r=10:d=3[b];[a][b]concat'];
    const made = await transcode({ make: [...blackThenBars, ...X264, ...MP4], patch: withMatrix([0, 1, -1, 0]) }, SMALL_LADDER, true);
    expect(made.images!.posters.map(({ file, contentType }) => [file, contentType])).toEqual([
      ['poster.jpg', 'image/jpeg'], ['poster.webp', 'image/webp'], ['poster.avif', 'image/avif'],
    ]);
    for (const { file, sizeBytes } of made.images!.posters) {
      const image = sharp(inFolder(made, file));
      expect(await image.metadata()).toMatchObject({ width: 240, height: 426 });
      const { channels } = await image.stats();
      expect(channels[1].mean).toBeGreaterThan(40);
      expect(sizeBytes).toBe((await readFile(inFolder(made, file))).length);
    }
  });

  test('the storyboard has a tile for every interval, and its cues cover the video without gaps', async () => {
    const made = await transcode({ make: [...picture({ seconds: 13.5 }), ...X264, ...MP4] }, SMALL_LADDER, true);
    const [sheet, cues] = made.images!.storyboard;
    const text = await readFile(inFolder(made, cues.file), 'utf8');
    const cue = /(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\nstoryboard\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)\n/g;
    const tiles = [...text.matchAll(cue)];
    expect(text.startsWith('WEBVTT\n\n')).toBe(true);
    expect(tiles).toHaveLength(14);
    expect(tiles[0][1]).toBe('00:00:00.000');
    expect(tiles[13][2]).toBe('00:00:13.500');
    tiles.slice(1).forEach((tile, index) => expect(tile[1]).toBe(tiles[index][2]));
    const { width, height } = await sharp(inFolder(made, sheet.file)).metadata();
    for (const tile of tiles) {
      const [x, y, w, h] = tile.slice(3).map(Number);
      expect(x + w).toBeLessThanOrEqual(width!);
      expect(y + h).toBeLessThanOrEqual(height!);
    }
    expect(made.media.mediaFiles.map(({ file }) => file)).not.toContain(made.plan.thumbnails.rawFile);
  });

  test('a single picture has both', async () => {
    const made = await transcode({ make: [...picture({ seconds: 0.03 }), ...X264, ...MP4] }, SMALL_LADDER, true);
    expect(made.images!.posters).toHaveLength(3);
    expect(made.images!.storyboard).toHaveLength(2);
  });
});

describe('options of the ladder', () => {
  const AV = [...picture({ seconds: 5 }), ...sound(5), ...X264, ...AAC, ...MP4];

  test('HEVC and AV1 rungs are cut where the H.264 ones are', async () => {
    const profile: LadderProfileSpec = {
      ...SMALL_LADDER,
      rungs: [
        ...SMALL_LADDER.rungs.slice(0, 2),
        { name: '240p-hevc', shortSide: 240, codec: 'hevc', crf: 28, maxBitrate: 400_000 },
        { name: '240p-av1', shortSide: 240, codec: 'av1', crf: 40, maxBitrate: 300_000 },
      ],
    };
    const { folder } = await transcode({ make: AV }, profile);
    const checked = await checkHls(folder);
    expect(checked.problems).toEqual([]);
    expect(checked.variants.map(({ attributes }) => attributes.CODECS.replace(/\..*?,/, ','))).toEqual([
      'avc1,mp4a.40.2', 'avc1,mp4a.40.2', 'hvc1,mp4a.40.2', 'av01,mp4a.40.2',
    ]);
  }, 180_000);

  test('an audio-only variant and one MP4 file', async () => {
    const { folder, media } = await transcode({ make: AV }, { ...SMALL_LADDER, audioOnlyRung: true, progressiveMp4: true });
    expect((await checkHls(folder)).problems).toEqual([]);
    expect(media.renditions.find(({ name }) => name === 'audio')).toMatchObject({ width: 0, codecs: 'mp4a.40.2', playlist: 'audio.m3u8' });
    expect(await readFile(path.join(folder, 'master.m3u8'), 'utf8')).toMatch(/CODECS="mp4a\.40\.2",AUDIO="audio",CLOSED-CAPTIONS=NONE\naudio\.m3u8/);
    const progressive = await readFile(path.join(folder, 'progressive.mp4'));
    expect(progressive.indexOf('moov', 0, 'latin1')).toBeLessThan(progressive.indexOf('mdat', 0, 'latin1'));
    expect((await decodeFrames(progressive, 'v')).times).toHaveLength(150);
    expect(media.mediaFiles.map(({ file }) => file)).toContain('progressive.mp4');
  });

  test('without sound there is no sound-only variant', async () => {
    const profile = { ...SMALL_LADDER, audioOnlyRung: true, progressiveMp4: true };
    const { folder, media } = await transcode({ make: [...picture(), ...X264, ...MP4] }, profile);
    expect((await checkHls(folder)).problems).toEqual([]);
    expect(media.renditions.map(({ name }) => name)).toEqual(['240p', '160p', '96p']);
  });

  test('the same source twice gives the same set of files', async () => {
    const file = await source({ make: AV });
    const names = async () => (await subject.process(file)).media;
    const [first, second] = [await names(), await names()];
    const list = (media: Transcoded['media']) => [...media.mediaFiles, ...media.playlists].map(entry => entry.file);
    expect(list(first)).toEqual(list(second));
    expect(list(first).pop()).toBe('master.m3u8');
  });
});

test('ten minutes keep sound and pictures cut at the same times to their end', async () => {
  const long = [...picture({ size: '64x48', rate: '5', seconds: 600 }), ...sound(600), ...X264, '-g', '300', '-c:a', 'pcm_mulaw', '-ar', '8000', '-f', 'mov'];
  const made = await transcode({ make: long }, SMALL_LADDER, true);
  const starts = async (playlist: string) => {
    let at = 0;
    return parsePlaylist(await readFile(inFolder(made, playlist), 'utf8')).segments.map(({ duration }) => (at += duration) - duration);
  };
  const [video, audio] = [await starts('48p.m3u8'), await starts('audio.m3u8')];
  expect(video).toHaveLength(150);
  expect(audio).toHaveLength(150);
  audio.forEach((start, index) => expect(Math.abs(start - video[index])).toBeLessThan(0.022));
  expect(Math.abs(made.media.durationSeconds - 600)).toBeLessThanOrEqual(0.1);
  expect(made.images!.storyboard).toHaveLength(2);
}, 180_000);

describe('quality', () => {
  /** Similarity of a rung with the source scaled to it, as ffmpeg's ssim filter states it. */
  async function ssim(file: string, rendition: string, width: number, height: number): Promise<number> {
    const said = await run('ffmpeg', [
      '-v', 'error', '-i', rendition, '-i', file, '-filter_complex',
      `[1:v]scale=${width}:${height}:flags=bicubic,format=yuv420p[b];[0:v][b]ssim=stats_file=-`, '-f', 'null', '-',
    ]);
    const values = [...said.toString().matchAll(/All:([\d.]+)/g)].map(([, value]) => Number(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  test('every rung of the standard ladder keeps its floor, and simple content costs little', async () => {
    const film = await source({ make: ['-f', 'lavfi', '-i', 'mandelbrot=s=1920x1080:r=24:start_scale=0.5:end_scale=0.3:end_pts=48', '-t', '1', '-vf', 'format=yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '2', '-colorspace', 'bt709', ...MP4] });
    const made = await subject.process(film, STANDARD_LADDER);
    for (const { playlist, width, height } of made.media.renditions) {
      expect(await ssim(film, inFolder(made, playlist.replace('.m3u8', '.mp4')), width, height)).toBeGreaterThan(0.95);
    }
    const slide = await transcode({ make: ['-f', 'lavfi', '-i', 'smptebars=s=1920x1080:r=24:d=1', ...X264, ...MP4] }, STANDARD_LADDER);
    slide.media.renditions.forEach(({ averageBandwidth }, index) => {
      expect(averageBandwidth).toBeLessThan(STANDARD_LADDER.rungs[index].maxBitrate / 4);
    });
  }, 180_000);
});
