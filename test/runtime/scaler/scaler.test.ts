import { JobCounts } from '../../../src/runtime/ports/job-count';
import { Scaler, workersFor } from '../../../src/runtime/scaler/scaler';
import { RecordedLogger, RecordedMetrics } from '../http/recorded-telemetry';

const LIMITS = { maxWorkers: 10, jobsPerWorker: 2, concurrency: 1 };

function setUp(wanted: number | undefined, jobs: JobCounts = { waiting: 0, inFlight: 0 }) {
  const asked: number[] = [];
  const fleet = {
    wanted: async () => asked.at(-1) ?? wanted,
    want: async (count: number) => { asked.push(count); },
  };
  const [logger, metrics] = [new RecordedLogger(), new RecordedMetrics()];
  return { asked, logger, metrics, scaler: new Scaler({ fleet, jobs: { count: async () => jobs }, logger, metrics }, LIMITS) };
}

describe('a source that arrives', () => {
  test('starts the first worker, once, and says so', async () => {
    const { asked, logger, scaler } = setUp(0);
    await scaler.wake();
    await scaler.wake();
    expect(asked).toEqual([1]);
    expect(logger.lines).toEqual([expect.objectContaining({ message: 'Workers are wanted', count: 1, reason: 'a source arrived' })]);
  });

  test.each([1, 7, undefined])('changes nothing where %p are wanted', async wanted => {
    const { asked, scaler } = setUp(wanted);
    await scaler.wake();
    expect(asked).toEqual([]);
  });

  test('by the hundred at once ask for one, whoever of them comes first', async () => {
    const asked: number[] = [];
    let wanted = 0;
    // Everybody has looked before anybody has asked.
    const fleet = {
      wanted: async () => { const seen = wanted; await new Promise(setImmediate); return seen; },
      want: async (count: number) => { wanted = count; asked.push(count); },
    };
    const jobs = { count: async () => ({ waiting: 0, inFlight: 0 }) };
    const scaler = new Scaler({ fleet, jobs, logger: new RecordedLogger(), metrics: new RecordedMetrics() }, LIMITS);
    await Promise.all(Array.from({ length: 100 }, () => scaler.wake()));
    expect([wanted, new Set(asked)]).toEqual([1, new Set([1])]);
  });
});

describe('the look at the queue', () => {
  test.each([
    ['starts the first worker when an event was lost', 0, { waiting: 1, inFlight: 0 }, [1]],
    ['starts only the first from zero, as the events do at the same time', 0, { waiting: 40, inFlight: 0 }, [1]],
    ['counts those that are still starting', 5, { waiting: 9, inFlight: 1 }, [6]],
    ['asks for no more than the most', 1, { waiting: 500, inFlight: 1 }, [10]],
    ['does not wait for a worker that may be busy for hours', 1, { waiting: 1, inFlight: 1 }, [2]],
    ['asks for nothing twice', 6, { waiting: 9, inFlight: 1 }, []],
    ['never takes one away', 9, { waiting: 1, inFlight: 1 }, []],
    ['leaves those alone who are at work while nothing waits', 1, { waiting: 0, inFlight: 5 }, []],
    ['wakes nobody for a job in flight: whoever works on it is protected', 0, { waiting: 0, inFlight: 1 }, []],
    ['does nothing for a service that is gone', undefined, { waiting: 4, inFlight: 0 }, []],
  ])('%s', async (_what, wanted, jobs, expected) => {
    const { asked, scaler } = setUp(wanted, jobs);
    await scaler.follow();
    expect(asked).toEqual(expected);
  });
});

test.each([
  [{ waiting: 3, inFlight: 0 }, { JobsUnattended: 3 }],
  [{ waiting: 3, inFlight: 1 }, {}],
  [{ waiting: 0, inFlight: 0 }, {}],
])('counts jobs that nobody attends to: of %j, %j', async (jobs, counted) => {
  const { metrics, scaler } = setUp(1, jobs);
  await scaler.follow();
  expect(metrics.added).toEqual(counted);
});

test('never more workers than jobs, and as many as keep to the latency', () => {
  for (let waiting = 0; waiting <= 30; waiting++) {
    for (let inFlight = 0; inFlight <= 30; inFlight++) {
      for (const [jobsPerWorker, concurrency] of [[1, 1], [2, 1], [5, 2], [4, 4]]) {
        const workers = workersFor({ waiting, inFlight }, { maxWorkers: 1000, jobsPerWorker, concurrency });
        expect(workers).toBeLessThanOrEqual(waiting + inFlight);
        expect((workers - Math.ceil(inFlight / concurrency)) * jobsPerWorker).toBeGreaterThanOrEqual(waiting);
      }
    }
  }
});
