import { requiredStorageGib, scratchBytes, sizeProblem } from '../../../src/constructs/processing/fargate-sizes';
import { LadderProfile, RungCodec } from '../../../src/constructs/processing/ladder-profile';
import { LadderProfileSpec, reservedOutputBytes, SCRATCH_MARGIN_BYTES } from '../../../src/runtime/contract';
import { planEncode } from '../../../src/runtime/domain/encode-plan';
import { SourceFacts } from '../../../src/runtime/domain/source-facts';
import { sourceFacts, videoFacts } from '../../support/source-facts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const LADDERS: ReadonlyArray<[string, LadderProfileSpec]> = [
  LadderProfile.standard(), LadderProfile.mobile(), LadderProfile.archive(),
  LadderProfile.custom([
    { name: '1080p', shortSide: 1080, maxBitrate: 6_000_000 },
    { name: '1080p-av1', shortSide: 1080, maxBitrate: 3_000_000, codec: RungCodec.AV1 },
  ], { maxFrameRate: 30, progressiveMp4: true }),
].map(ladder => [ladder.name, ladder._render()]);

/** The most costly picture that the ladders know, with sound. */
function source(sizeBytes: number, durationSeconds: number): SourceFacts {
  return sourceFacts({
    sizeBytes,
    durationSeconds,
    video: videoFacts({
      width: 3840,
      height: 2160,
      frameRate: { numerator: 60, denominator: 1 },
      frames: durationSeconds * 60,
      endSeconds: durationSeconds,
      lastPictureSeconds: durationSeconds - 1 / 60,
    }),
    audio: { streamIndex: 1, codec: 'aac', channels: 2, sampleRate: 48_000, startSeconds: 0, endSeconds: durationSeconds },
  });
}

/** What the worker reserves before it starts: its pipeline for source and outputs, its scratch space for the margin. */
function reservedByWorker(facts: SourceFacts, ladder: LadderProfileSpec): number {
  const { estimatedOutputBytes, renditions } = planEncode(facts, ladder);
  return facts.sizeBytes + reservedOutputBytes(estimatedOutputBytes, facts.sizeBytes, renditions.length) + SCRATCH_MARGIN_BYTES;
}

describe.each(LADDERS)('storage for the ladder %s', (_name, ladder) => {
  test.each([1, 100 * MIB, 500 * MIB, 5 * GIB])('has room for every source of up to %d bytes that the worker accepts', maxUploadBytes => {
    const scratch = scratchBytes(requiredStorageGib(maxUploadBytes, ladder, 1));
    for (const seconds of [1, 60, 3600, 12 * 3600]) {
      expect(reservedByWorker(source(maxUploadBytes, seconds), ladder)).toBeLessThanOrEqual(scratch);
    }
  });

  test('wastes less than 2 GiB on a source that fills it', () => {
    const scratch = scratchBytes(requiredStorageGib(5 * GIB, ladder, 1));
    expect(scratch - reservedByWorker(source(5 * GIB, 12 * 3600), ladder)).toBeLessThan(2 * GIB);
  });
});

describe('task sizes', () => {
  const EXIST = [
    [256, 512], [256, 1024], [256, 2048], [512, 4096], [1024, 2048], [2048, 16_384], [4096, 30_720], [8192, 61_440], [16_384, 122_880],
  ];
  const DO_NOT = [
    [256, 1536], [256, 4096], [512, 512], [512, 1536], [1024, 1024], [2048, 2048], [4096, 31_744], [8192, 18_432], [16_384, 36_864],
  ];

  test.each(EXIST)('%d units with %d MiB exist', (cpu, memory) => {
    expect(sizeProblem(cpu, memory)).toBeUndefined();
  });

  test.each(DO_NOT)('%d units with %d MiB do not', (cpu, memory) => {
    expect(sizeProblem(cpu, memory)).toContain(`got ${memory}`);
  });

  test('128 units do not, whatever the memory', () => {
    expect(sizeProblem(128, 512)).toMatch(/cpu must be one of .* got 128/);
  });
});
