import * as fs from 'node:fs';
import * as path from 'node:path';
import { killGroup, processIdentity } from './process-group';

interface Holder {
  readonly pid: number;
  readonly identity: string | undefined;
}

interface LockContent {
  readonly platform: Holder;
  /** Leaders of process groups that the platform started. */
  readonly children: readonly Holder[];
}

/**
 * One platform a state folder. The lock also lists the processes that were started, so that those of a platform that
 * was killed without a chance to clean up are ended by the next one.
 */
export class StateLock {
  static readonly FILE = 'platform.lock';

  /** @throws Error when a running platform holds the folder. */
  static take(stateDirectory: string): StateLock {
    const file = path.join(stateDirectory, StateLock.FILE);
    const previous = readLock(file);
    if (previous && isAlive(previous.platform) && previous.platform.pid !== process.pid) {
      throw new Error(`${stateDirectory} is in use by a platform that runs as process ${previous.platform.pid}; `
        + 'stop it first, or give another --example');
    }
    previous?.children.filter(isAlive).forEach(({ pid }) => killGroup(pid));
    const lock = new StateLock(file);
    lock.save();
    return lock;
  }

  private readonly children = new Map<number, Holder>();

  private constructor(private readonly file: string) {}

  add(pid: number): void {
    this.children.set(pid, holder(pid));
    this.save();
  }

  remove(pid: number): void {
    this.children.delete(pid);
    this.save();
  }

  release(): void {
    fs.rmSync(this.file, { force: true });
  }

  private save(): void {
    const content: LockContent = { platform: holder(process.pid), children: [...this.children.values()] };
    fs.writeFileSync(this.file, JSON.stringify(content));
  }
}

function holder(pid: number): Holder {
  return { pid, identity: processIdentity(pid) };
}

function isAlive({ pid, identity }: Holder): boolean {
  return identity !== undefined && processIdentity(pid) === identity;
}

function readLock(file: string): LockContent | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as LockContent;
  } catch {
    return undefined;
  }
}
