import { ARCHIVE_LADDER, MOBILE_LADDER, STANDARD_LADDER } from '../../../src/runtime/contract/ladder-profile';
import { planEncode } from '../../../src/runtime/domain/encode-plan';
import { outputFrameRate, snapFrameRate } from '../../../src/runtime/domain/frame-rate';
import { planLadder } from '../../../src/runtime/domain/ladder';
import { rational, toNumber } from '../../../src/runtime/domain/rational';
import { VideoFacts } from '../../../src/runtime/domain/source-facts';
import { sourceFacts, videoFacts } from '../../support/source-facts';

const sizes = (over: Partial<VideoFacts>) => planLadder(STANDARD_LADDER.rungs, videoFacts(over)).map(({ rung, width, height }) => `${rung.name} ${width}x${height}`);

describe('the ladder follows the shorter side and never enlarges', () => {
  test.each<[string, Partial<VideoFacts>, string[]]>([
    ['1080p', {}, ['1080p 1920x1080', '720p 1280x720', '480p 854x480', '360p 640x360']],
    ['2160p', { width: 3840, height: 2160 }, ['1080p 1920x1080', '720p 1280x720', '480p 854x480', '360p 640x360']],
    ['portrait', { width: 1080, height: 1920 }, ['1080p 1080x1920', '720p 720x1280', '480p 480x854', '360p 360x640']],
    ['turned', { orientation: { flipped: false, rotation: 90 } }, ['1080p 1080x1920', '720p 720x1280', '480p 480x854', '360p 360x640']],
    ['between rungs', { width: 1600, height: 900 }, ['720p 1280x720', '480p 854x480', '360p 640x360']],
    ['a pixel short of a rung', { width: 1278, height: 719 }, ['480p 854x480', '360p 640x360']],
    ['exactly a rung', { width: 640, height: 360 }, ['360p 640x360']],
    ['below every rung', { width: 320, height: 240 }, ['240p 320x240']],
    ['odd, below every rung', { width: 321, height: 241 }, ['240p 320x240']],
    ['a single pixel', { width: 1, height: 1 }, ['2p 2x2']],
    ['anamorphic PAL', { width: 720, height: 576, pixelAspect: rational(64, 45) }, ['480p 854x480', '360p 640x360']],
    ['4:3', { width: 1440, height: 1080 }, ['1080p 1440x1080', '720p 960x720', '480p 640x480', '360p 480x360']],
    ['a strip', { width: 7680, height: 400 }, ['360p 6912x360']],
  ])('%s', (_, over, expected) => expect(sizes(over)).toEqual(expected));

  test('every side is even and no larger than the source, whatever the source', () => {
    for (let width = 2; width < 3000; width += 37) {
      for (let height = 2; height < 3000; height += 41) {
        for (const planned of planLadder(STANDARD_LADDER.rungs, videoFacts({ width, height }))) {
          expect([planned.width % 2, planned.height % 2]).toEqual([0, 0]);
          expect(planned.width <= Math.max(2, width) && planned.height <= Math.max(2, height)).toBe(true);
        }
      }
    }
  });

  test('each codec has rungs of its own', () => {
    const rungs = [...STANDARD_LADDER.rungs, { name: '1080p-hevc', shortSide: 1080, codec: 'hevc' as const, crf: 26, maxBitrate: 3_000_000 }];
    expect(planLadder(rungs, videoFacts()).map(({ rung }) => rung.name)).toEqual(['1080p', '720p', '480p', '360p', '1080p-hevc']);
    expect(planLadder(rungs, videoFacts({ width: 426, height: 240 })).map(({ rung }) => rung.name)).toEqual(['240p', '240p-hevc']);
  });
});

describe('the frame rate', () => {
  test.each([
    [30.303, 0.045, 30], [29.98, 0.004, 30000 / 1001], [30.0003, 0.004, 30], [58.82, 0.045, 60000 / 1001],
    [239.76, 0.004, 240000 / 1001], [12.5, 0.004, 12.5], [14, 0.004, 14], [24.39, 0.045, 24],
  ])('%d measured within %d is %d', (measured, tolerance, rate) => expect(toNumber(snapFrameRate(measured, tolerance))).toBeCloseTo(rate, 6));

  test.each([[23.976, 23.976], [60, 60], [60.01, 60.01], [90, 45], [120, 60], [240, 60], [1, 5], [144, 36]])('%d becomes %d', (source, output) => {
    expect(toNumber(outputFrameRate(rational(source * 1000, 1000), 60, source))).toBeCloseTo(output, 3);
  });

  test('119.88 becomes exactly 60000/1001', () => expect(outputFrameRate(rational(120000, 1001), 60, 120)).toEqual(rational(60000, 1001)));

  test('a still beside an hour of sound is not repeated 30 times a second', () => {
    expect(outputFrameRate(rational(30), 60, 1 / 3600)).toEqual(rational(5));
  });
});

describe('the plan', () => {
  test.each([
    [rational(24000, 1001), 95], [rational(24), 96], [rational(25), 100], [rational(30000, 1001), 119], [rational(30), 120],
    [rational(60000, 1001), 239], [rational(60), 240],
  ])(
    'cuts %j into segments of at most 4 s', (frameRate, gopFrames) => {
      const durationSeconds = 25 * gopFrames / toNumber(frameRate);
      const plan = planEncode(sourceFacts({ durationSeconds, video: videoFacts({ frameRate }) }), STANDARD_LADDER);
      expect(plan.gopFrames).toBe(gopFrames);
      expect(plan.segmentSeconds).toBeLessThanOrEqual(4 + 1e-9);
    });

  const CUTS = [[121, 91], [241, 105], [18_001, 119], [270, 120], [119, 120]];
  test.each(CUTS)('cuts %d pictures so that the last segment is no splinter', (frames, gopFrames) => {
    const plan = planEncode(sourceFacts({ durationSeconds: frames / 30 }), STANDARD_LADDER);
    expect(plan.gopFrames).toBe(gopFrames);
    expect(frames <= 120 || frames % gopFrames === 0 || frames % gopFrames >= 30).toBe(true);
  });

  test('is pure data: the same for the same facts', () => {
    const plan = planEncode(sourceFacts(), ARCHIVE_LADDER);
    expect(JSON.stringify(planEncode(sourceFacts(), ARCHIVE_LADDER))).toBe(JSON.stringify(plan));
  });

  test('reserves disk for every rendition at its cap, and for the copy', () => {
    const capBytes = STANDARD_LADDER.rungs.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0) / 8 * 100;
    expect(planEncode(sourceFacts(), STANDARD_LADDER).estimatedOutputBytes).toBeGreaterThan(capBytes);
    expect(planEncode(sourceFacts(), { ...STANDARD_LADDER, progressiveMp4: true }).estimatedOutputBytes)
      .toBeGreaterThan(planEncode(sourceFacts(), STANDARD_LADDER).estimatedOutputBytes);
  });

  test('raises the cap by half above 30 pictures a second, and no further', () => {
    const caps = (rate: number) =>
      planEncode(sourceFacts({ video: videoFacts({ frameRate: rational(rate) }) }), STANDARD_LADDER).renditions[0].maxBitrate;
    expect([caps(25), caps(30), caps(50), caps(60)]).toEqual([5_000_000, 5_000_000, 7_500_000, 7_500_000]);
  });

  test('holds hours in a hundred thumbnails', () => {
    const long = videoFacts({ frames: 648_000, endSeconds: 6 * 3600, lastPictureSeconds: 6 * 3600 - 0.033 });
    const plan = planEncode(sourceFacts({ durationSeconds: 6 * 3600, video: long }), STANDARD_LADDER);
    expect(plan.frames).toBe(648_000);
    expect(plan.thumbnails.count).toBeLessThanOrEqual(100);
    expect(plan.thumbnails.count * plan.thumbnails.intervalSeconds).toBeGreaterThanOrEqual(plan.durationSeconds);
  });

  test('the mobile ladder stays at 30 pictures a second and offers sound alone', () => {
    const audio = { streamIndex: 1, codec: 'aac', channels: 2, sampleRate: 48000, startSeconds: 0, endSeconds: 100 };
    const plan = planEncode(sourceFacts({ audio, video: videoFacts({ frameRate: rational(60) }) }), MOBILE_LADDER);
    expect(toNumber(plan.frameRate)).toBe(30);
    expect(plan.renditions.map(({ name }) => name)).toEqual(['720p', '480p', '360p', '240p']);
    expect(plan.audio?.audioOnlyVariant).toBe(true);
  });
});
