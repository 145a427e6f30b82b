import { AlarmState, nextState, OLDER_DATAPOINTS } from './alarm';
import { Datapoint, evaluate } from './expression';
import { Query, ScalingRules } from './read-template';

export interface Arrival {
  /** Seconds from the start. */
  readonly at: number;
  /** Of processing, seconds. */
  readonly takes: number;
}

export interface Scenario {
  readonly name: string;
  readonly arrivals: readonly Arrival[];
  readonly seconds: number;
  /** The queue was idle for six hours: its first metrics come up to 15 minutes late (SQS developer guide, "Monitoring with CloudWatch"). */
  readonly coldQueue?: boolean;
  /** Seconds until a datapoint can be read. @default 60 for the queue, 120 for the tasks */
  readonly queueDelay?: number;
  readonly taskDelay?: number;
  /** Container Insights says nothing at all. */
  readonly withoutInsights?: boolean;
  /** No task finds a place before. */
  readonly capacityFrom?: number;
  /** A new task definition is rolled out. */
  readonly deploymentAt?: number;
}

export interface Outcome {
  /** Workers that exist, at each minute. */
  readonly workers: readonly number[];
  readonly mostDesired: number;
  /** Seconds from the first arrival until a worker is wanted. */
  readonly firstWantedAfter?: number;
  /** Seconds that each job waited, in order of arrival; those never begun are missing. */
  readonly waits: readonly number[];
  readonly unfinished: number;
  /** Times that the number of wanted workers fell while a job was in flight. */
  readonly scaleInsInFlight: number;
  /** Most workers that were wanted over the jobs that waited or were in flight. */
  readonly mostOverJobs: number;
  /** Seconds that the deployment waited for protected workers. */
  readonly deploymentSeconds?: number;
}

const STEP = 5;
const MINUTE = 60;
/** From being wanted to taking a job: placing, pulling the image, starting. */
const START_SECONDS = 75;
const COLD_SECONDS = 15 * MINUTE;
/** A message that is published until its function has asked ECS for a worker. */
const WAKE_SECONDS = 5;
/** Target tracking's own alarms ask for three datapoints of a minute (Application Auto Scaling guide, "Target tracking"). */
const TRACKING_DATAPOINTS = 3;

interface Worker {
  readonly createdAt: number;
  placedAt?: number;
  old: boolean;
  job?: { endsAt: number };
}

/** A queue, its workers, and the metrics and policies between them, in steps of five seconds. */
export function simulate(rules: ScalingRules, scenario: Scenario): Outcome {
  return new Simulation(rules, scenario).run();
}

class Simulation {
  private now = 0;
  private desired: number;
  private mostDesired: number;
  private firstWanted?: number;
  private workers: Worker[] = [];
  private readonly waiting: Arrival[] = [];
  private readonly waits = new Map<Arrival, number>();
  private readonly history: number[] = [];
  private readonly datapoints = new Map<string, Datapoint[]>();
  private readonly states = new Map<string, AlarmState>();
  private readonly blockedUntil = new Map<string, number>();
  private readonly wakes: number[] = [];
  private readonly peaks = { visible: 0, inFlight: 0 };
  private scaleInsInFlight = 0;
  private mostOverJobs = 0;
  private deployedAt?: number;

  constructor(private readonly rules: ScalingRules, private readonly scenario: Scenario) {
    this.desired = rules.min;
    this.mostDesired = rules.min;
  }

  run(): Outcome {
    const arrivals = [...this.scenario.arrivals].sort((a, b) => a.at - b.at);
    let next = 0;
    for (; this.now < this.scenario.seconds; this.now += STEP) {
      for (; next < arrivals.length && arrivals[next].at <= this.now; next++) {
        this.waiting.push(arrivals[next]);
        if (this.rules.wakesByEvent) this.wakes.push(this.now + WAKE_SECONDS);
      }
      for (; this.wakes.length > 0 && this.wakes[0] <= this.now; this.wakes.shift()) if (this.desired === 0) this.want(1);
      this.deploy();
      this.work();
      this.notePeaks();
      if (this.now % MINUTE === 0) this.minute();
    }
    return {
      workers: this.history,
      mostDesired: this.mostDesired,
      firstWantedAfter: this.firstWanted === undefined ? undefined : this.firstWanted - (arrivals[0]?.at ?? 0),
      waits: arrivals.flatMap(arrival => this.waits.get(arrival) ?? []),
      unfinished: this.waiting.length + this.inFlight(),
      scaleInsInFlight: this.scaleInsInFlight,
      mostOverJobs: this.mostOverJobs,
      deploymentSeconds: this.deployedAt === undefined ? undefined : this.deployedAt - this.scenario.deploymentAt!,
    };
  }

  private inFlight(): number {
    return this.workers.filter(({ job }) => job).length;
  }

  private want(count: number): void {
    const wanted = Math.min(this.rules.max, Math.max(this.rules.min, count));
    if (wanted < this.desired && this.inFlight() > 0) this.scaleInsInFlight++;
    if (wanted > this.desired) this.mostOverJobs = Math.max(this.mostOverJobs, wanted - this.waiting.length - this.inFlight());
    if (wanted > 0 && this.firstWanted === undefined) this.firstWanted = this.now;
    this.desired = wanted;
    this.mostDesired = Math.max(this.mostDesired, wanted);
  }

  /** Old workers go when they are idle; one with a job is protected, and the deployment waits (ECS guide, "Task scale-in protection"). */
  private deploy(): void {
    const { deploymentAt } = this.scenario;
    if (deploymentAt === undefined || this.deployedAt !== undefined || this.now < deploymentAt) return;
    if (this.now - deploymentAt < STEP) this.workers.forEach(worker => { worker.old = true; });
    this.workers = this.workers.filter(worker => !worker.old || worker.job);
    if (!this.workers.some(({ old }) => old)) this.deployedAt = this.now;
  }

  private work(): void {
    for (const worker of this.workers) if (worker.job && worker.job.endsAt <= this.now) worker.job = undefined;
    const current = this.workers.filter(({ old }) => !old);
    for (let lacking = this.desired - current.length; lacking > 0; lacking--) this.workers.push({ createdAt: this.now, old: false });
    let surplus = current.length - this.desired;
    this.workers = this.workers.filter(worker => worker.job || worker.old || surplus-- <= 0);
    for (const worker of this.workers) {
      if (worker.placedAt === undefined && this.now >= (this.scenario.capacityFrom ?? 0)) worker.placedAt = this.now;
      const running = worker.placedAt !== undefined && this.now - worker.placedAt >= START_SECONDS;
      const arrival = running && !worker.job && !worker.old ? this.waiting.shift() : undefined;
      if (!arrival) continue;
      this.waits.set(arrival, this.now - arrival.at);
      worker.job = { endsAt: this.now + arrival.takes };
    }
  }

  private notePeaks(): void {
    this.peaks.visible = Math.max(this.peaks.visible, this.waiting.length);
    this.peaks.inFlight = Math.max(this.peaks.inFlight, this.inFlight());
  }

  private minute(): void {
    this.history.push(this.workers.length);
    const running = this.workers.filter(({ placedAt }) => placedAt !== undefined && this.now - placedAt >= START_SECONDS).length;
    const { coldQueue, withoutInsights, arrivals } = this.scenario;
    const silent = coldQueue && this.now < (arrivals[0]?.at ?? 0) + COLD_SECONDS;
    this.record('ApproximateNumberOfMessagesVisible', silent ? undefined : this.peaks.visible);
    this.record('ApproximateNumberOfMessagesNotVisible', silent ? undefined : this.peaks.inFlight);
    // Container Insights counts what runs; where nothing does, it says nothing.
    const reported = !withoutInsights && running > 0;
    this.record('RunningTaskCount', reported ? running : undefined);
    this.record('DesiredTaskCount', reported ? this.desired : undefined);
    Object.assign(this.peaks, { visible: this.waiting.length, inFlight: this.inFlight() });
    this.scaleBySteps();
    this.scaleByTracking();
  }

  private record(metric: string, value: Datapoint): void {
    this.datapoints.set(metric, [...this.datapoints.get(metric) ?? [], value]);
  }

  /** The newest `count` datapoints of an expression, oldest first: late ones are missing still. */
  private series({ expression, metrics }: Query, count: number): Datapoint[] {
    const { queueDelay = MINUTE, taskDelay = 2 * MINUTE } = this.scenario;
    const newest = this.now / MINUTE;
    // An alarm looks at the newest period that any of its metrics has a datapoint of.
    const delays = Object.values(metrics).map(name => /TaskCount/.test(name) ? taskDelay : queueDelay);
    const last = newest - Math.floor(Math.min(...delays) / MINUTE);
    return Array.from({ length: count }, (_, index) => last - count + 1 + index).map(period => {
      if (period < 0) return undefined;
      const values = Object.entries(metrics).map(([id, name]) => {
        const known = period <= newest - Math.floor((/TaskCount/.test(name) ? taskDelay : queueDelay) / MINUTE);
        return [id, known ? this.datapoints.get(name)?.[period] : undefined] as const;
      });
      return evaluate(expression, Object.fromEntries(values));
    });
  }

  /** An alarm that stays in ALARM calls its scaling policy every minute (CloudWatch guide, "Alarm actions"). */
  private scaleBySteps(): void {
    for (const { name, alarm, adjustment, amount, cooldownSeconds } of this.rules.steps) {
      const state = nextState(alarm, this.series(alarm, alarm.evaluationPeriods + OLDER_DATAPOINTS), this.states.get(name) ?? 'INSUFFICIENT_DATA');
      this.states.set(name, state);
      if (state !== 'ALARM' || (this.blockedUntil.get(name) ?? 0) > this.now) continue;
      const wanted = adjustment === 'ExactCapacity' ? amount : this.desired + amount;
      if (wanted === this.desired) continue;
      this.want(wanted);
      this.blockedUntil.set(name, this.now + cooldownSeconds);
    }
  }

  /** In proportion, up only: from zero it never moves. */
  private scaleByTracking(): void {
    for (const { name, query, target, cooldownSeconds } of this.rules.tracking) {
      const recent = this.series(query, TRACKING_DATAPOINTS);
      if (recent.some(value => value === undefined || value <= target) || (this.blockedUntil.get(name) ?? 0) > this.now) continue;
      const wanted = Math.ceil(this.desired * recent.at(-1)! / target);
      if (wanted <= this.desired) continue;
      this.want(wanted);
      this.blockedUntil.set(name, this.now + cooldownSeconds);
    }
  }
}
