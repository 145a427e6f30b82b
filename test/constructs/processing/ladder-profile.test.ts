import { LadderEffort, LadderOptions, LadderProfile, LadderRungOptions, RungCodec } from '../../../src/constructs/processing/ladder-profile';
import { ARCHIVE_LADDER, MOBILE_LADDER, STANDARD_LADDER } from '../../../src/runtime/contract';

const RUNG: LadderRungOptions = { name: '720p', shortSide: 720, maxBitrate: 2_800_000 };

test('the named ladders are those of the runtime', () => {
  expect(LadderProfile.standard()._render()).toEqual(STANDARD_LADDER);
  expect(LadderProfile.mobile()._render()).toEqual(MOBILE_LADDER);
  expect(LadderProfile.archive()._render()).toEqual(ARCHIVE_LADDER);
});

test('a custom ladder needs rungs only; the rest has defaults', () => {
  expect(LadderProfile.custom([RUNG])._render()).toEqual({
    name: 'custom',
    version: 1,
    rungs: [{ name: '720p', shortSide: 720, codec: 'h264', crf: 22, maxBitrate: 2_800_000 }],
    maxFrameRate: 60,
    audioBitrate: 128_000,
    audioOnlyRung: false,
    progressiveMp4: false,
    effort: 'fast',
  });
});

test('a custom ladder takes every codec and option', () => {
  const ladder = LadderProfile.custom([{ ...RUNG, codec: RungCodec.AV1 }, { ...RUNG, name: '720p-hevc', codec: RungCodec.HEVC, crf: 24 }], {
    name: 'lectures', version: 3, maxFrameRate: 25, audioBitrate: 64_000, audioOnlyRung: true, progressiveMp4: true, effort: LadderEffort.SLOW,
  });
  expect(ladder.name).toBe('lectures');
  expect(ladder._render()).toMatchObject({
    version: 3,
    maxFrameRate: 25,
    audioBitrate: 64_000,
    audioOnlyRung: true,
    progressiveMp4: true,
    effort: 'slow',
    rungs: [{ codec: 'av1', crf: 32 }, { codec: 'hevc', crf: 24 }],
  });
});

test.each<[string, LadderRungOptions[], LadderOptions, RegExp]>([
  ['no rungs', [], {}, /rungs must not be empty/],
  ['two rungs of one name', [RUNG, RUNG], {}, /names must differ, got '720p' twice/],
  ['a name that is no file name', [{ ...RUNG, name: '../x' }], {}, /letters, digits and '-', got '..\/x'/],
  ['an odd size', [{ ...RUNG, shortSide: 721 }], {}, /even number of pixels from 144 to 4320, got 721/],
  ['kilobits', [{ ...RUNG, maxBitrate: 2800 }], {}, /at least 100000 bits per second, got 2800. Bits, not kilobits/],
  ['a factor beyond the codec', [{ ...RUNG, crf: 52 }], {}, /0 to 51 for h264, got 52/],
  ['a ladder name with a space', [RUNG], { name: 'my ladder' }, /got 'my ladder'/],
  ['a version below 1', [RUNG], { version: 0 }, /version must be .* got 0/],
  ['no frames', [RUNG], { maxFrameRate: 0 }, /maxFrameRate must be 1 to 240 .* got 0/],
  ['an audio rate in kilobits', [RUNG], { audioBitrate: 128 }, /got 128. Bits/],
])('refuses %s', (_name, rungs, options, message) => {
  expect(() => LadderProfile.custom(rungs, options)).toThrow(message);
});
