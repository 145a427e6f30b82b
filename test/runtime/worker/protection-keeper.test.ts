import { Clock } from '../../../src/runtime/ports/clock';
import { ProtectionKeeper } from '../../../src/runtime/worker/protection-keeper';
import { RecordedLogger } from '../http/recorded-telemetry';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TIMES = { heartbeatMs: MINUTE, protectionMs: 30 * MINUTE, unprotectedMs: 10 * MINUTE };

/** A clock that jumps to the next waker. */
class JumpingClock implements Clock {
  private time = 0;
  private readonly sleepers: Array<{ at: number; wake: () => void }> = [];

  now = () => new Date(this.time);
  monotonic = () => this.time;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const sleeper = { at: this.time + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async advanceTo(at: number): Promise<void> {
    for (;;) {
      await settle();
      this.sleepers.sort((a, b) => a.at - b.at);
      if (this.sleepers.length === 0 || this.sleepers[0].at > at) break;
      const next = this.sleepers.shift()!;
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = at;
  }
}

const settle = () => new Promise<void>(resolve => { setImmediate(resolve); });

/** The keeper of a worker that is busy as the test says; what ECS would see of the task, minute by minute. */
class Task {
  readonly clock = new JumpingClock();
  readonly logger = new RecordedLogger();
  readonly calls: string[] = [];
  refuses = false;
  private protectedUntil = -1;
  private busy = false;
  private change?: () => void;
  private readonly done = new AbortController();
  private readonly running: Promise<void>;

  constructor() {
    const protection = {
      protect: async (minutes: number) => {
        if (this.refuses) throw new Error('throttled');
        this.calls.push(`protect ${minutes}`);
        this.protectedUntil = this.clock.monotonic() + minutes * MINUTE;
      },
      release: async () => {
        if (this.refuses) throw new Error('throttled');
        this.calls.push('release');
        this.protectedUntil = -1;
      },
    };
    const changed = (signal: AbortSignal) => new Promise<void>(resolve => {
      this.change = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.running = new ProtectionKeeper({ clock: this.clock, protection, logger: this.logger }, TIMES).run(() => this.busy, changed, this.done.signal);
  }

  async work(busy: boolean): Promise<void> {
    await settle();
    this.busy = busy;
    this.change?.();
    await settle();
  }

  get isProtected(): boolean {
    return this.clock.monotonic() < this.protectedUntil;
  }

  /** Minutes in which ECS finds the task protected. */
  async protectedMinutes(until: number): Promise<number[]> {
    const found: number[] = [];
    for (let minute = Math.ceil(this.clock.monotonic() / MINUTE); minute < until; minute++) {
      await this.clock.advanceTo(minute * MINUTE + 30 * SECOND);
      if (this.isProtected) found.push(minute);
    }
    return found;
  }

  async close(): Promise<void> {
    this.done.abort();
    await this.running;
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

let task: Task;
beforeEach(() => { task = new Task(); });
afterEach(() => task.close());

test('a job is protected, five heartbeats at a time, and no longer than it lasts', async () => {
  await task.work(true);
  expect(await task.protectedMinutes(7)).toEqual(range(0, 7));
  await task.work(false);
  expect(await task.protectedMinutes(9)).toEqual([]);
  expect([...new Set(task.calls)]).toEqual(['protect 5', 'release']);
});

test('a job of hours is open to a deployment for ten minutes of every forty', async () => {
  await task.work(true);
  expect(await task.protectedMinutes(120)).toEqual([...range(0, 30), ...range(40, 70), ...range(80, 110)]);
  expect(task.logger.lines.map(({ message }) => message)).toEqual(Array(3).fill(expect.stringContaining('a deployment may wait')));
});

test('jobs that follow each other share the protection: it does not begin anew with each', async () => {
  const found: number[] = [];
  for (let minute = 0; minute < 60; minute += 2) {
    await task.work(false);
    await task.work(true);
    found.push(...await task.protectedMinutes(minute + 2));
  }
  expect(found).toEqual([...range(0, 30), ...range(40, 60)]);
});

test('after a pause in which it could be replaced, a job has the whole protection again', async () => {
  await task.work(true);
  await task.protectedMinutes(20);
  await task.work(false);
  await task.protectedMinutes(31);
  await task.work(true);
  expect(await task.protectedMinutes(70)).toEqual(range(31, 60));
});

test('a refusal is logged and tried again, heartbeat by heartbeat', async () => {
  task.refuses = true;
  await task.work(true);
  await task.protectedMinutes(3);
  expect(task.logger.lines.map(({ level }) => level)).toEqual(Array(task.logger.lines.length).fill('WARN'));
  expect(task.logger.lines.length).toBeLessThanOrEqual(4);
  task.refuses = false;
  expect(await task.protectedMinutes(6)).toEqual([3, 4, 5]);
});
