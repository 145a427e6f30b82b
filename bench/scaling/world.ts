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
  /** Seconds until a datapoint can be read. @default 120 */
  readonly queueDelay?: number;
  readonly taskDelay?: number;
  /** Neither the queue nor Container Insights publish anything at all. */
  readonly withoutMetrics?: boolean;
  /** No event of an arrival comes through. */
  readonly eventsLost?: boolean;
  /** The scaler fails until then. */
  readonly scalerFrom?: number;
  /** No task finds a place before. */
  readonly capacityFrom?: number;
  /** A new task definition is rolled out. */
  readonly deploymentAt?: number;
}

export interface Worker {
  placedAt?: number;
  /** Of the task definition before the deployment. */
  old: boolean;
  job?: { readonly arrival: Arrival; readonly endsAt: number };
  /** Since when its protection, which jobs in a row share, has lasted. */
  protectedSince?: number;
  unprotectedSince?: number;
}

/** From having a place to taking a job: pulling the image, starting. */
const START_SECONDS = 75;
/** After its longest protection a worker is open for this long before it is protected again (`ProtectionKeeper`). */
const OPEN_SECONDS = 10 * 60;
/** ECS does not say how soon it notices that a task can be stopped; the model lets it come by every minute. */
const ECS_LOOKS_SECONDS = 60;

/** What there is beside the metrics: a queue, and an ECS service with its tasks. */
export class World {
  readonly waiting: Arrival[] = [];
  /** Until a job first began. */
  readonly waits = new Map<Arrival, number>();
  workers: Worker[] = [];
  deployedAt?: number;
  /** Jobs that a deployment had begin again. */
  restarts = 0;
  private deploying = false;
  private peaks = { visible: 0, inFlight: 0 };

  /** @param protectionSeconds longest that a worker is protected at a stretch */
  constructor(private readonly scenario: Scenario, public desired: number, private readonly protectionSeconds: number) {}

  get inFlight(): number {
    return this.workers.filter(({ job }) => job).length;
  }

  isRunning({ placedAt }: Worker, now: number): boolean {
    return placedAt !== undefined && now - placedAt >= START_SECONDS;
  }

  step(now: number): void {
    for (const worker of this.workers) if (worker.job && worker.job.endsAt <= now) worker.job = undefined;
    for (const worker of this.workers) this.protect(worker, now);
    this.deploy(now);
    this.keepDesired();
    for (const worker of this.workers) {
      if (now >= (this.scenario.capacityFrom ?? 0)) worker.placedAt ??= now;
      if (this.isRunning(worker, now) && !worker.job) this.takeJob(worker, now);
    }
    this.peaks = { visible: Math.max(this.peaks.visible, this.waiting.length), inFlight: Math.max(this.peaks.inFlight, this.inFlight) };
  }

  /** The highest counts since they were last taken. */
  takePeaks(): { visible: number; inFlight: number } {
    const taken = this.peaks;
    this.peaks = { visible: this.waiting.length, inFlight: this.inFlight };
    return taken;
  }

  private protect(worker: Worker, now: number): void {
    const { unprotectedSince } = worker;
    if (unprotectedSince !== undefined && now - unprotectedSince >= OPEN_SECONDS) worker.protectedSince = undefined;
    if (worker.job) worker.protectedSince ??= now;
    const isProtected = worker.job && now - worker.protectedSince! < this.protectionSeconds;
    worker.unprotectedSince = isProtected ? undefined : unprotectedSince ?? now;
  }

  /** New workers start beside the old ones; those go when nothing protects them (ECS guide, "Task scale-in protection"). Their jobs return. */
  private deploy(now: number): void {
    const { deploymentAt } = this.scenario;
    if (deploymentAt === undefined || this.deployedAt !== undefined || now < deploymentAt) return;
    if (!this.deploying) this.workers.forEach(worker => { worker.old = true; });
    this.deploying = true;
    const stopped = this.workers.filter(({ old, unprotectedSince }) => old && now - (unprotectedSince ?? now) >= ECS_LOOKS_SECONDS);
    const returned = stopped.flatMap(({ job }) => job ? [job.arrival] : []);
    this.restarts += returned.length;
    this.waiting.unshift(...returned);
    this.workers = this.workers.filter(worker => !stopped.includes(worker));
    if (!this.workers.some(({ old }) => old)) this.deployedAt = now;
  }

  /** As many workers as are wanted; one with a job is protected and stays. */
  private keepDesired(): void {
    const current = this.workers.filter(({ old }) => !old);
    for (let lacking = this.desired - current.length; lacking > 0; lacking--) this.workers.push({ old: false });
    let surplus = current.length - this.desired;
    this.workers = this.workers.filter(worker => worker.job || worker.old || surplus-- <= 0);
  }

  private takeJob(worker: Worker, now: number): void {
    const arrival = this.waiting.shift();
    if (!arrival) return;
    if (!this.waits.has(arrival)) this.waits.set(arrival, now - arrival.at);
    worker.job = { arrival, endsAt: now + arrival.takes };
  }
}
