import { AlarmState, nextState, OLDER_DATAPOINTS } from './alarm';
import { Metrics } from './metrics';
import { ScalingRules } from './read-template';
import { Scenario, Worker, World } from './world';
import { Scaler } from '../../src/runtime/scaler/scaler';

export interface Outcome {
  /** Workers that exist, at each minute. */
  readonly workers: readonly number[];
  readonly mostDesired: number;
  /** Seconds from the first arrival until a worker is wanted. */
  readonly firstWantedAfter?: number;
  /** Seconds that each job waited for its first begin, in order of arrival; those never begun are missing. */
  readonly waits: readonly number[];
  readonly unfinished: number;
  /** Times that the number of wanted workers fell while a job was in flight. */
  readonly scaleInsInFlight: number;
  /** Most workers that were wanted over the jobs that waited or were in flight. */
  readonly mostOverJobs: number;
  /** Seconds that the deployment waited for protected workers. */
  readonly deploymentSeconds?: number;
  /** Jobs that the deployment had begin again. */
  readonly restarts: number;
}

const STEP = 5;
const POLLS_PER_MINUTE = 3;
const MINUTE = 60;
const COLD_SECONDS = 15 * MINUTE;
/** A message that is published until its function has asked ECS for a worker. */
const WAKE_SECONDS = 5;
/** Target tracking's own alarms ask for three datapoints of a minute (Application Auto Scaling guide, "Target tracking"). */
const TRACKING_DATAPOINTS = 3;

/** A queue, its workers, and what scales them, in steps of five seconds. The scaler is the one that ships, on a queue and a service of this model. */
export async function simulate(rules: ScalingRules, scenario: Scenario): Promise<Outcome> {
  return new Simulation(rules, scenario).run();
}

class Simulation {
  private now = 0;
  private mostDesired: number;
  private firstWanted?: number;
  private readonly world: World;
  private readonly metrics: Metrics;
  private readonly scaler?: Scaler;
  private readonly history: number[] = [];
  private readonly states = new Map<string, AlarmState>();
  private readonly blockedUntil = new Map<string, number>();
  private readonly wakes: number[] = [];
  private scaleInsInFlight = 0;
  private mostOverJobs = 0;

  constructor(private readonly rules: ScalingRules, private readonly scenario: Scenario) {
    this.world = new World(scenario, rules.min, rules.protectionSeconds ?? Infinity);
    this.mostDesired = rules.min;
    this.metrics = new Metrics({ queue: scenario.queueDelay ?? 2 * MINUTE, tasks: scenario.taskDelay ?? 2 * MINUTE });
    if (!rules.scaler) return;
    const silent = () => undefined;
    this.scaler = new Scaler({
      fleet: { wanted: async () => this.world.desired, want: async count => this.want(count) },
      jobs: { count: async () => ({ waiting: this.world.waiting.length, inFlight: this.world.inFlight }) },
      metrics: { add: silent, count: silent, flush: silent },
      logger: { debug: silent, info: silent, warn: silent, error: silent, child: () => { throw new Error('not in the model'); } },
    }, rules.scaler);
  }

  async run(): Promise<Outcome> {
    const arrivals = [...this.scenario.arrivals].sort((a, b) => a.at - b.at);
    let next = 0;
    for (; this.now < this.scenario.seconds; this.now += STEP) {
      for (; next < arrivals.length && arrivals[next].at <= this.now; next++) {
        this.world.waiting.push(arrivals[next]);
        this.wakes.push(this.now + WAKE_SECONDS);
      }
      await this.callScaler();
      this.world.step(this.now);
      if (this.now % MINUTE === 0) this.minute();
    }
    const { world } = this;
    return {
      workers: this.history,
      mostDesired: this.mostDesired,
      firstWantedAfter: this.firstWanted === undefined ? undefined : this.firstWanted - (arrivals[0]?.at ?? 0),
      waits: arrivals.flatMap(arrival => world.waits.get(arrival) ?? []),
      unfinished: world.waiting.length + world.inFlight,
      scaleInsInFlight: this.scaleInsInFlight,
      mostOverJobs: this.mostOverJobs,
      deploymentSeconds: world.deployedAt === undefined ? undefined : world.deployedAt - this.scenario.deploymentAt!,
      restarts: world.restarts,
    };
  }

  private async callScaler(): Promise<void> {
    const { scaler, rules, scenario, now, wakes } = this;
    const broken = now < (scenario.scalerFrom ?? 0);
    while (wakes.length > 0 && wakes[0] <= now) {
      wakes.shift();
      if (rules.scaler?.wakesByEvent && !scenario.eventsLost && !broken) await scaler!.wake();
    }
    // The schedule does not wait for a full minute of ours: half a minute beside it is the mean.
    const every = rules.scaler?.everySeconds;
    if (every !== undefined && (now + every / 2) % every === 0 && !broken) await scaler!.follow();
  }

  private want(count: number): void {
    const { world, rules } = this;
    const wanted = Math.min(rules.max, Math.max(rules.min, count));
    const jobs = world.waiting.length + world.inFlight;
    if (wanted < world.desired && world.inFlight > 0) this.scaleInsInFlight++;
    if (wanted > world.desired) this.mostOverJobs = Math.max(this.mostOverJobs, wanted - jobs);
    if (wanted > 0 && this.firstWanted === undefined) this.firstWanted = this.now;
    world.desired = wanted;
    this.mostDesired = Math.max(this.mostDesired, wanted);
  }

  private minute(): void {
    const { world, metrics, scenario } = this;
    this.history.push(world.workers.length);
    const silent = scenario.withoutMetrics || scenario.coldQueue && this.now < (scenario.arrivals[0]?.at ?? 0) + COLD_SECONDS;
    const peaks = world.takePeaks();
    metrics.record('ApproximateNumberOfMessagesVisible', silent ? undefined : peaks.visible);
    // "Reported if in-flight messages exist" (SQS developer guide, "Available CloudWatch metrics").
    metrics.record('ApproximateNumberOfMessagesNotVisible', silent || peaks.inFlight === 0 ? undefined : peaks.inFlight);
    const running = world.workers.filter((worker: Worker) => world.isRunning(worker, this.now)).length;
    // Of long polls that last 20 seconds; "Reported during receive operations".
    const emptyReceives = POLLS_PER_MINUTE * (running - world.inFlight);
    metrics.record('NumberOfEmptyReceives', silent || emptyReceives <= 0 ? undefined : emptyReceives);
    // Container Insights counts what runs; where nothing does, it says nothing.
    const reported = !scenario.withoutMetrics && running > 0;
    metrics.record('RunningTaskCount', reported ? running : undefined);
    metrics.record('DesiredTaskCount', reported ? world.desired : undefined);
    this.scaleBySteps();
    this.scaleByTracking();
  }

  /** An alarm that stays in ALARM calls its scaling policy every minute (CloudWatch guide, "Alarm actions"). */
  private scaleBySteps(): void {
    for (const { name, alarm, adjustment, amount, cooldownSeconds } of this.rules.steps) {
      const datapoints = this.metrics.series(alarm, alarm.evaluationPeriods + OLDER_DATAPOINTS, this.now);
      const state = nextState(alarm, datapoints, this.states.get(name) ?? 'INSUFFICIENT_DATA');
      this.states.set(name, state);
      if (state !== 'ALARM' || this.cooling(name)) continue;
      this.change(name, adjustment === 'ExactCapacity' ? amount : this.world.desired + amount, cooldownSeconds);
    }
  }

  /** In proportion, up only: from zero it never moves. */
  private scaleByTracking(): void {
    for (const { name, query, target, cooldownSeconds } of this.rules.tracking) {
      const recent = this.metrics.series(query, TRACKING_DATAPOINTS, this.now);
      if (recent.some(value => value === undefined || value <= target) || this.cooling(name)) continue;
      const wanted = Math.ceil(this.world.desired * recent.at(-1)! / target);
      if (wanted > this.world.desired) this.change(name, wanted, cooldownSeconds);
    }
  }

  private cooling(name: string): boolean {
    return (this.blockedUntil.get(name) ?? 0) > this.now;
  }

  private change(name: string, wanted: number, cooldownSeconds: number): void {
    if (wanted === this.world.desired) return;
    this.want(wanted);
    this.blockedUntil.set(name, this.now + cooldownSeconds);
  }
}
