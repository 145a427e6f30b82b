/** Makes faults happen: waits for their triggers among the workers' calls, and acts on processes and answers. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { InterceptedCall } from '../../../local/aws/gateway';
import { Effect, Fault, Trigger } from '../faults';
import { corruptAnswer, dripAnswer, refuseCall, resetAnswer, resetUpload } from './answers';
import { WorkerCall } from './call-points';
import { WorkerProcess } from './worker-process';

/** What effects act upon besides the call at hand. */
export interface Targets {
  readonly worker: (index: number) => WorkerProcess | undefined;
  readonly expireCredentials: (worker: number) => void;
  readonly fillDisk: (worker: number, ms: number) => Promise<void>;
  readonly makeReadOnly: (worker: number, ms: number) => Promise<void>;
  readonly replaceSource: () => Promise<void>;
  readonly deleteVideo: () => Promise<void>;
}

type Refusal = Extract<Effect, { kind: 'refuse' }>;

interface Window {
  readonly refusal: Refusal;
  readonly until: number;
  left: number;
}

/** How long a tool is looked for after the source was downloaded. */
const TOOL_SEARCH_MS = 4_000;

export class Effects {
  private readonly waiting: Array<{ fault: Fault; seen: number }>;
  private windows: Window[] = [];
  private readonly acting = new Set<Promise<void>>();
  /** So many requests for credentials are never answered. */
  private withheld = 0;
  private readonly losing = new Set<WorkerCall>();
  /** Names of the faults that have struck. */
  readonly struck: string[] = [];

  constructor(faults: readonly Fault[], private readonly targets: Targets) {
    this.waiting = faults.map(fault => ({ fault, seen: 0 }));
  }

  /** Before a call reaches its service. True when it must not: its caller is dead, or was answered here. */
  async before(call: WorkerCall, { request, response }: InterceptedCall): Promise<boolean> {
    for (const { effect } of this.due(call, 'before')) {
      if (await this.apply(effect, call, request, response)) return true;
    }
    if (call.point === 'credentials' && this.withheld > 0) {
      this.withheld--;
      return true;
    }
    return this.refused(call, request, response);
  }

  /** After a service has acted. True when the answer is to be lost. */
  after(call: WorkerCall): boolean {
    let lost = false;
    for (const { effect } of this.due(call, 'after')) {
      if (effect.kind === 'lose-answer') lost = true;
      else this.start(effect, call);
    }
    return lost;
  }

  /** Answers of this call are to be lost: decided before it, for the service must run first. */
  losesAnswer(call: WorkerCall): boolean {
    return this.losing.delete(call);
  }

  /** No further fault strikes, and those that last are over. */
  async calm(): Promise<void> {
    this.waiting.length = 0;
    this.windows = [];
    this.withheld = 0;
    await Promise.all(this.acting);
  }

  private due(call: WorkerCall, when: Trigger['when']): Fault[] {
    const due = this.waiting.filter(each => each.fault.trigger.point === call.point && each.fault.trigger.when === when
      && ++each.seen >= each.fault.trigger.nth);
    for (const each of due) {
      const { nth, times = 1 } = each.fault.trigger;
      if (each.seen === nth + times - 1) this.waiting.splice(this.waiting.indexOf(each), 1);
      this.struck.push(each.fault.name);
    }
    return due.map(({ fault }) => fault);
  }

  /** Effects on the call itself; all others act beside it. */
  private async apply(effect: Effect, call: WorkerCall, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    switch (effect.kind) {
      case 'lose-answer':
        this.losing.add(call);
        return false;
      case 'drip':
        dripAnswer(response);
        return false;
      case 'corrupt':
        corruptAnswer(response);
        return false;
      case 'reset':
        if (call.operation === 'PutObject') return resetUpload(request, response, effect.bytes);
        resetAnswer(response, effect.bytes);
        return false;
      case 'kill':
        this.start(effect, call);
        if (effect.delayMs === 0) response.destroy();
        return effect.delayMs === 0;
      default:
        this.start(effect, call);
        return false;
    }
  }

  private start(effect: Effect, call: WorkerCall): void {
    const acting = this.act(effect, call).finally(() => this.acting.delete(acting));
    this.acting.add(acting);
  }

  private async act(effect: Effect, { worker: index }: WorkerCall): Promise<void> {
    const worker = this.targets.worker(index);
    switch (effect.kind) {
      case 'kill':
        if (effect.delayMs > 0) await delay(effect.delayMs);
        return worker?.signal('SIGKILL');
      case 'stop':
        await delay(effect.delayMs);
        for (let time = 0; time < effect.times; time++) {
          worker?.signal(effect.signal);
          await delay(100);
        }
        return;
      case 'stall':
        worker?.signal('SIGSTOP');
        await delay(effect.ms);
        return worker?.signal('SIGCONT');
      case 'tool':
        return this.signalTool(worker, effect);
      case 'refuse':
        this.windows.push({ refusal: effect, until: Date.now() + effect.ms, left: effect.count });
        return;
      case 'expire-credentials':
        return this.targets.expireCredentials(index);
      case 'withhold-credentials':
        this.withheld += effect.count;
        return this.targets.expireCredentials(index);
      case 'fill-disk':
        return this.targets.fillDisk(index, effect.ms);
      case 'read-only':
        return this.targets.makeReadOnly(index, effect.ms);
      case 'replace-source':
        return this.targets.replaceSource();
      case 'delete-video':
        return this.targets.deleteVideo();
      default:
    }
  }

  private async signalTool(worker: WorkerProcess | undefined, { tool: name, signal }: Extract<Effect, { kind: 'tool' }>): Promise<void> {
    for (const until = Date.now() + TOOL_SEARCH_MS; Date.now() < until && worker?.running; await delay(10)) {
      const [tool] = worker.tools(name);
      if (tool === undefined) continue;
      try {
        process.kill(tool, signal);
      } catch {
        // It ended by itself in the meantime: an encode that nothing hit.
      }
      return;
    }
  }

  private refused(call: WorkerCall, request: IncomingMessage, response: ServerResponse): boolean {
    const window = this.windows.find(({ refusal, until, left }) => refusal.service === call.service && left > 0 && Date.now() < until
      && (refusal.operations.length === 0 || refusal.operations.includes(call.operation)));
    if (!window) return false;
    window.left--;
    refuseCall(request, response, call.service, window.refusal.status, window.refusal.code);
    return true;
  }
}
