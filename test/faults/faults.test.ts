/** A fixed handful of the fault matrix on every test run; `npm run faults` draws thousands. */
import { Fault } from './faults';
import { Lane, openLane } from './lane';
import { describeSchedule, drawSchedule, machineAbilities, PlannedVideo, Schedule } from './schedule';
import { ClipName } from './support/clips';

const ALONE: PlannedVideo = { clip: 'silent', duplicates: 0, olderEvent: false };

function schedule(faults: Array<Omit<Fault, 'name'>>, changes: Partial<Schedule> = {}): Schedule {
  const named = faults.map(fault => ({ name: fault.effect.kind, ...fault }));
  return { seed: 0, videos: [ALONE], workers: [0], malformed: 0, faults: named, ...changes };
}

const at = (point: Fault['trigger']['point'], when: 'before' | 'after' = 'before'): Fault['trigger'] => ({ point, when, nth: 1 });
const kill = (trigger: Fault['trigger'], delayMs = 0) => ({ trigger, effect: { kind: 'kill' as const, delayMs } });

const SCHEDULES: Record<string, Schedule> = {
  'no fault, every kind of file': schedule([], { videos: (['plain', 'silent', 'page', 'empty'] as ClipName[]).map(clip => ({ ...ALONE, clip })) }),
  'the worker is killed in the middle of the encode': schedule([kill(at('download', 'after'), 300)]),
  'the worker is killed right after the flip': schedule([kill(at('flip', 'after'))]),
  'the worker is killed before its document is copied, and its clock is off': schedule([kill(at('copy'))], { workers: [-300_000] }),
  'the answer of the flip is lost': schedule([{ trigger: at('flip'), effect: { kind: 'lose-answer' } }]),
  'ffmpeg is killed': schedule([{ trigger: at('download', 'after'), effect: { kind: 'tool', tool: 'ffmpeg', signal: 'SIGKILL' } }]),
  'credentials expire, and no others come': schedule([
    { trigger: at('receive'), effect: { kind: 'withhold-credentials', count: 2 } },
    { trigger: at('download', 'after'), effect: { kind: 'withhold-credentials', count: 3 } },
  ]),
  'SIGTERM during a job': schedule([{ trigger: at('download', 'after'), effect: { kind: 'stop', signal: 'SIGTERM', times: 1, delayMs: 100 } }]),
  'one message eight times over three workers': schedule([], { videos: [{ ...ALONE, duplicates: 7, olderEvent: true }], workers: [0, 0, 300_000] }),
  'forty messages wait for the lease of a worker that was killed': schedule([kill(at('download', 'after'), 300)], {
    videos: [{ ...ALONE, duplicates: 39 }], workers: [0, 0],
  }),
  'the video is deleted during its encode': schedule([{ trigger: at('download', 'after'), effect: { kind: 'delete-video' } }]),
  'a checksum is wrong, and messages are malformed': schedule([{ trigger: at('download'), effect: { kind: 'corrupt' } }], { malformed: 1 }),
};

describe('whatever goes wrong, the invariants hold', () => {
  let lane: Lane;
  beforeAll(async () => { lane = await openLane({ mounts: false }); }, 60_000);
  afterAll(() => lane?.close(), 60_000);

  test.each(Object.entries(SCHEDULES))('%s', async (_name, given) => {
    const { violations, logs } = await lane.run(given);
    if (violations.length > 0) throw new Error([...violations, ...logs].join('\n'));
  }, 120_000);
});

test('a seed fixes its schedule', () => {
  const can = { ...machineAbilities(), mounts: false };
  expect(describeSchedule(drawSchedule(7, can))).toBe(describeSchedule(drawSchedule(7, can)));
  expect(describeSchedule(drawSchedule(7, can))).not.toBe(describeSchedule(drawSchedule(8, can)));
});
