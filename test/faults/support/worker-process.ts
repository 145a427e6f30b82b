/** The bundled worker as ECS would run it: its own process, its own scratch, credentials from the container endpoint. */
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { descendants } from './processes';
import { BUCKET, MAX_RECEIVE_COUNT, REGION, TABLE, VISIBILITY_SECONDS, workerRole, World } from './world';
import { EnvironmentOf, LadderProfileSpec, PROCESSOR_ENVIRONMENT } from '../../../src/runtime/contract';

const BUNDLE = process.env.FAULTS_BUNDLE ?? path.resolve(__dirname, '../../../assets/runtime/processor/index.js');

/** One small rung: the encode is real, and short. */
const PROFILE: LadderProfileSpec = {
  name: 'faults',
  version: 1,
  rungs: [{ name: '120p', shortSide: 120, codec: 'h264', crf: 30, maxBitrate: 200_000 }],
  maxFrameRate: 30,
  audioBitrate: 48_000,
  audioOnlyRung: false,
  progressiveMp4: false,
};

type WorkerEnvironment = EnvironmentOf<typeof PROCESSOR_ENVIRONMENT>;

/** How a worker starts and hears signals; the check of the image has it do so in a container. */
export interface WorkerLauncher {
  start(directory: string, environment: NodeJS.ProcessEnv, nodeArguments: readonly string[]): ChildProcess;
  signal(child: ChildProcess, signal: NodeJS.Signals): void;
}

const PROCESS: WorkerLauncher = {
  start: (cwd, env, nodeArguments) => spawn(process.execPath, [...nodeArguments, BUNDLE], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  signal: (child, signal) => { child.kill(signal); },
};

export interface WorkerOptions {
  readonly environment?: Partial<WorkerEnvironment>;
  /** Milliseconds that the process's wall clock is off by. */
  readonly clockShiftMs?: number;
}

/** Where a worker that hangs writes what Node knows of it: its stack, sockets and timers. */
const REPORTS = path.join(os.tmpdir(), 'fault-reports');

const STOP_TIMEOUT_SECONDS = 8;
const LOG_LINES = 400;

export class WorkerProcess {
  static launcher = PROCESS;

  readonly log: string[] = [];
  readonly taskArn: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly stray: string[] = [];
  private toldToStopAt?: number;
  private endedAt?: number;
  /** While it was stopped by us, it could not stop by itself. */
  private stalledAt = 0;
  private stalledMs = 0;

  constructor(world: World, readonly index: number, readonly directory: string, readonly options: WorkerOptions = {}) {
    fs.mkdirSync(directory, { recursive: true });
    fs.mkdirSync(REPORTS, { recursive: true });
    const { endpoint, credentials, ecsAgent } = world.gateway;
    const task = ecsAgent.addTask({ taskRoleArn: workerRole(index), clusterArn: `arn:aws:ecs:${REGION}:111122223333:cluster/faults` });
    this.taskArn = task.taskArn;
    const environment: WorkerEnvironment = {
      CATALOG_TABLE: TABLE,
      VIDEO_BUCKET: BUCKET,
      METRICS_NAMESPACE: 'Faults',
      LOG_LEVEL: 'DEBUG',
      MAX_UPLOAD_BYTES: String(10 * 1024 * 1024),
      JOB_QUEUE_URL: world.queueUrl,
      MAX_RECEIVE_COUNT: String(MAX_RECEIVE_COUNT),
      VISIBILITY_TIMEOUT_SECONDS: String(VISIBILITY_SECONDS),
      HEARTBEAT_SECONDS: '1',
      MAX_JOB_SECONDS: '60',
      PROTECTION_SECONDS: '60',
      STOP_TIMEOUT_SECONDS: String(STOP_TIMEOUT_SECONDS),
      CONCURRENCY: '1',
      SCRATCH_DIR: 'scratch',
      SCRATCH_BYTES: String(200 * 1024 * 1024),
      LADDER_PROFILE: JSON.stringify(PROFILE),
      ...options.environment,
    };
    const shift = options.clockShiftMs ?? 0;
    const shifted = shift === 0 ? [] : ['--require', path.join(__dirname, 'shift-clock.cjs')];
    this.child = WorkerProcess.launcher.start(directory, {
      ...environment,
      PATH: process.env.PATH,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: endpoint,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}${credentials.containerPath(workerRole(index))}`,
      ECS_AGENT_URI: `${endpoint}${task.agentPath}`,
      FAULTS_CLOCK_SHIFT_MS: String(shift),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    }, ['--report-on-signal', `--report-directory=${REPORTS}`, ...shifted]);
    this.exited = once(this.child, 'exit');
    this.child.once('exit', () => { this.endedAt = Date.now(); });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface({ input: stream }).on('line', line => this.remember(line));
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private get endedBy(): NodeJS.Signals | null {
    return this.child.signalCode;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** What jobs have left in the scratch folder. */
  get leftovers(): string[] {
    const jobs = path.join(this.directory, 'scratch', 'jobs');
    return fs.existsSync(jobs) ? fs.readdirSync(jobs) : [];
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    if (signal === 'SIGSTOP') this.stalledAt = Date.now();
    if (signal === 'SIGCONT') this.stalledMs += Date.now() - this.stalledAt;
    if (signal === 'SIGTERM' || signal === 'SIGINT') this.toldToStopAt ??= Date.now();
    WorkerProcess.launcher.signal(this.child, signal);
  }

  /** It ended as it was told to, and not because its time was over. */
  get stoppedInGoodOrder(): boolean {
    return this.toldToStopAt !== undefined && this.exitCode === 0 && this.endedAt! - this.toldToStopAt < 1000 * (STOP_TIMEOUT_SECONDS - 1);
  }

  /** What was wrong with the way this worker ended after it was told to stop. */
  stopViolations(): string[] {
    if (this.toldToStopAt === undefined || this.endedBy === 'SIGKILL') return [];
    const seconds = ((this.endedAt ?? Date.now()) - this.toldToStopAt - this.stalledMs) / 1000;
    return [
      ...this.exitCode !== 0 ? [`worker ${this.index} was told to stop and ended with ${this.exitCode ?? this.endedBy}`] : [],
      ...seconds > STOP_TIMEOUT_SECONDS ? [`worker ${this.index} took ${seconds.toFixed(1)} s to stop`] : [],
    ];
  }

  /** What it logged since the last time that was no log line. */
  logViolations(): string[] {
    return this.stray.splice(0);
  }

  /** Has a diagnostic report written, and says where. */
  async diagnose(): Promise<string> {
    this.signal('SIGUSR2');
    await new Promise(resolve => setTimeout(resolve, 1_000));
    return `worker ${this.index} (${this.pid}) hangs? see ${REPORTS}/report.*.${this.pid}.*.json`;
  }

  /** The last lines it logged, for a report. */
  tail(): string[] {
    return this.log.slice(-60).map(line => `worker ${this.index} (${this.pid}): ${line}`);
  }

  /** Processes that the worker started and that are named so. */
  tools(name: string): number[] {
    return descendants(this.pid).filter(({ command }) => command === name).map(({ pid }) => pid);
  }

  async exit(): Promise<void> {
    if (this.running) await this.exited;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit();
  }

  /** SIGTERM, and SIGKILL when the stop timeout has passed, as ECS does. Returns the exit code; null after SIGKILL. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_SECONDS * 1000);
    await this.exit();
    clearTimeout(timer);
    return this.child.exitCode;
  }

  private remember(line: string): void {
    this.log.push(line);
    if (this.log.length > LOG_LINES) this.log.shift();
    // Operators search the log by its fields: what is no JSON is lost on them.
    if (!line.startsWith('{')) this.stray.push(`worker ${this.index} logged what is no JSON: ${line}`);
  }
}
