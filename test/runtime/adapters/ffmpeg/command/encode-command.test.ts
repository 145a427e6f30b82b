import { audioCommand, videoCommand } from '../../../../../src/runtime/adapters/ffmpeg/command/encode-command';
import { ARCHIVE_LADDER, LadderProfileSpec, STANDARD_LADDER } from '../../../../../src/runtime/contract/ladder-profile';
import { planEncode } from '../../../../../src/runtime/domain/encode-plan';
import { rational } from '../../../../../src/runtime/domain/rational';
import { AudioFacts, SourceFacts } from '../../../../../src/runtime/domain/source-facts';
import { sourceFacts, videoFacts } from '../../../../support/source-facts';

const commandOf = (source: SourceFacts, ladder: LadderProfileSpec = STANDARD_LADDER) => videoCommand(planEncode(source, ladder));
const audioOf = (source: SourceFacts) => {
  const plan = planEncode(source, STANDARD_LADDER);
  return audioCommand(plan, plan.audio!, source.audio!);
};
const valueOf = (options: readonly string[], name: string) => options[options.indexOf(name) + 1];

const AUDIO: AudioFacts = { streamIndex: 2, codec: 'aac', channels: 2, sampleRate: 48_000, startSeconds: 0, endSeconds: 99.5 } as AudioFacts;

test('every argument is a text, without a path, and the same for the same plan', () => {
  const source = sourceFacts({ audio: AUDIO });
  expect(commandOf(source, ARCHIVE_LADDER)).toEqual(commandOf(source, ARCHIVE_LADDER));
  for (const command of [commandOf(source, ARCHIVE_LADDER), audioOf(source)]) {
    const options = [...command.input, command.filterGraph, ...command.outputs.flatMap(output => output.options)];
    for (const argument of options) expect(argument).toEqual(expect.any(String));
    expect(command.outputs.map(({ file }) => file).join()).not.toMatch(/\//);
    expect(options.join()).not.toMatch(/undefined|NaN/);
  }
});

test('a rendition: its own scaled copy, closed groups of pictures, the cap and its buffer, BT.709', () => {
  const { outputs, filterGraph } = commandOf(sourceFacts());
  expect(outputs.map(({ file }) => file)).toEqual(['1080p.mp4', '720p.mp4', '480p.mp4', '360p.mp4', 'thumbnails.rgb']);
  expect(filterGraph).toContain('[s1]scale=1280:720:flags=bicubic,setsar=1[v1]');
  expect(outputs[1].options).toEqual([
    '-map', '[v1]', '-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn',
    '-c:v', 'libx264', '-profile:v', 'high', '-crf', '22', '-maxrate', '2800000', '-bufsize', '4200000',
    '-g', '120', '-keyint_min', '120', '-sc_threshold', '0', '-flags', '+cgop', '-preset', 'veryfast',
    '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv',
    '-f', 'mp4', '-movflags', '+frag_keyframe+delay_moov+default_base_moof+skip_trailer',
  ]);
});

test('video and audio have a command each, so that neither waits or pays for the other', () => {
  const source = sourceFacts({ audio: AUDIO });
  expect(commandOf(source).input.at(-1)).toBe('-an');
  const { input, outputs: [audio] } = audioOf(source);
  expect(input.at(-1)).toBe('-vn');
  expect(audio.file).toBe('audio.m3u8');
  expect(valueOf(audio.options, '-map')).toBe('0:2');
  expect(valueOf(audio.options, '-hls_time')).toBe('4.000000');
});

test.each<[string, LadderProfileSpec['effort'], string]>([['unset', undefined, 'veryfast'], ['balanced', 'balanced', 'faster'], ['slow', 'slow', 'medium']])(
  'effort %s is the preset', (_, effort, preset) => {
    expect(valueOf(commandOf(sourceFacts(), { ...STANDARD_LADDER, effort }).outputs[0].options, '-preset')).toBe(preset);
  });

test('an interlaced, rotated source is deinterlaced before it is scaled, and turned after', () => {
  const video = videoFacts({ interlaced: true, orientation: { flipped: false, rotation: 90 }, frameRate: rational(25) });
  const filters = commandOf(sourceFacts({ video })).filterGraph;
  const order = ['bwdif', 'fps=fps=25', 'scale=1920:1080:flags', 'transpose=clock', 'split='].map(filter => filters.indexOf(filter));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test('no format is read but that of the container that was found, and no file but the source', () => {
  const { input: options } = commandOf(sourceFacts({ container: 'matroska' }));
  expect([valueOf(options, '-format_whitelist'), valueOf(options, '-f'), valueOf(options, '-protocol_whitelist')]).toEqual(['matroska', 'matroska', 'file']);
});
