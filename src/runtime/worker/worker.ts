import { utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ALIVE_FILE } from '../contract';
import { Drain } from './drain';
import { JobRunner } from './job/job-runner';
import { fullJitter } from './job/retry';
import { ScratchSpace } from './job/scratch-space';
import { MessageHandler } from './message/message-handler';
import { Slots } from './message/slots';
import { ProtectionKeeper } from './protection-keeper';
import { WorkerSettings } from './settings';
import { WorkerDependencies } from './worker-dependencies';
import { QueueMessage } from '../ports/job-queue';

/** Messages that may wait for another worker's lease, beside the job slots. */
const BENCH = 50;
/** Its age tells the container's health check whether the worker still polls or works. */
const RECEIVE_BACKOFF = { baseMs: 500, capMs: 20_000 };

/** The poll loop: receives no more than it has slots for, hands each message to its handler, and outlives every failure of both. */
export class Worker {
  private readonly drain: Drain;
  private readonly slots: Slots;
  private readonly scratch: ScratchSpace;
  private readonly handler: MessageHandler;
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: WorkerDependencies, private readonly settings: WorkerSettings, workerId: string) {
    this.drain = new Drain(parts.clock, settings.stopTimeoutMs);
    this.slots = new Slots(settings.concurrency, BENCH);
    this.scratch = new ScratchSpace(settings.scratchDir, settings.scratchBytes);
    const runner = new JobRunner(parts, settings, this.scratch, this.drain);
    this.handler = new MessageHandler(parts, settings, runner, this.drain, workerId);
  }

  /** Asks the worker to stop; a second call asks it to hurry. */
  stop(signalName: string): void {
    this.parts.logger.info('The worker was told to stop', { signal: signalName });
    this.drain.request(signalName);
  }

  /** Resolves once the worker was stopped and everything it held is given back. */
  async run(): Promise<void> {
    await this.scratch.prepare();
    const done = new AbortController();
    const keeper = new ProtectionKeeper(this.parts, this.settings)
      .run(() => this.slots.busy, signal => this.slots.change(signal), done.signal);
    this.parts.logger.info('The worker polls', { concurrency: this.settings.concurrency });
    await this.poll();
    await Promise.all(this.running);
    done.abort();
    await keeper;
    this.parts.logger.info('The worker has stopped');
  }

  private async poll(): Promise<void> {
    const { stopping } = this.drain;
    for (let failures = 0; !stopping.aborted;) {
      try {
        await this.room();
        for (const message of await this.parts.queue.receive(this.slots.free, stopping)) this.start(message);
        failures = 0;
        await this.showLife();
      } catch (error) {
        failures++;
        this.parts.logger.error('The queue could not be polled', { error, failures });
        await this.parts.clock.sleep(fullJitter(failures, RECEIVE_BACKOFF.baseMs, RECEIVE_BACKOFF.capMs, this.parts.random), stopping);
      }
    }
  }

  /** Waits for a free slot; jobs at work are life, too. */
  private async room(): Promise<void> {
    const { stopping } = this.drain;
    while (this.slots.free === 0 && !stopping.aborted) {
      const pause = new AbortController();
      const either = AbortSignal.any([stopping, pause.signal]);
      await Promise.race([this.slots.change(either), this.parts.clock.sleep(this.settings.heartbeatMs, either)]);
      pause.abort();
      await this.showLife();
    }
  }

  private start(message: QueueMessage): void {
    const handling = this.handler.handle(message, this.slots.sit())
      .catch(error => this.parts.logger.error('A message was not taken to its end', { error, messageId: message.messageId }))
      .finally(() => this.running.delete(handling));
    this.running.add(handling);
  }

  private async showLife(): Promise<void> {
    const file = path.join(this.settings.scratchDir, ALIVE_FILE);
    const now = this.parts.clock.now();
    await utimes(file, now, now).catch(() => writeFile(file, '').catch(error => {
      this.parts.logger.warn('The sign of life could not be written', { error });
    }));
  }
}
