import { Bench, message } from './fakes';
import { VideoStatus } from '../../../../src/runtime/domain/video';
import { QueueMessage } from '../../../../src/runtime/ports/job-queue';
import { WorkerSettings } from '../../../../src/runtime/worker/settings';
import { Worker } from '../../../../src/runtime/worker/worker';
import { until } from '../../../support/until';

/** A worker on a bench of fakes: started by the test, stopped after it, when nothing may be left on the scratch disk. */
export class WorkerUnderTest {
  private bench!: Bench;
  private worker!: Worker;
  private running!: Promise<void>;

  start(changes: Partial<WorkerSettings> = {}): Bench {
    this.bench = new Bench(changes);
    this.run('worker-1');
    return this.bench;
  }

  /** Another worker where the last one has stopped. */
  startAgain(): void {
    this.run('worker-2');
  }

  signal(): void {
    this.worker.stop('SIGTERM');
  }

  async stop(): Promise<void> {
    this.signal();
    await this.running;
  }

  /** Sends and waits until the worker is rid of the message. */
  async deliver(sent: QueueMessage = message()): Promise<void> {
    const { queue } = this.bench;
    const before = queue.deleted.length + queue.returned.length;
    queue.push(sent);
    await until(() => queue.deleted.length + queue.returned.length > before);
  }

  get status(): VideoStatus {
    return this.bench.catalog.video.status;
  }

  async finish(): Promise<void> {
    await this.stop();
    expect(this.bench.leftovers).toEqual([]);
    this.bench.close();
  }

  private run(workerId: string): void {
    this.worker = new Worker(this.bench.parts, this.bench.settings, workerId);
    this.running = this.worker.run();
  }
}

export function useWorker(): WorkerUnderTest {
  const worker = new WorkerUnderTest();
  afterEach(() => worker.finish());
  return worker;
}

/** What never ends by itself. */
export function never(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
