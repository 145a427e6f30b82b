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

/** The state folder belongs to a platform that runs. */
export class StateInUse extends Error {
  constructor(stateDirectory: string, pid: number) {
    super(`${stateDirectory} is in use by a platform that runs as process ${pid}; stop that one first`);
    this.name = 'StateInUse';
  }
}

/**
 * Allows one running platform per state folder. The lock also lists the processes that were started, so that those of a platform that
 * was killed without a chance to clean up are ended by the next one.
 */
export class StateLock {
  static readonly FILE = 'platform.lock';

  /**
   * Taking it again in the same process is fine.
   *
   * @throws StateInUse
   */
  static take(stateDirectory: string): StateLock {
    fs.mkdirSync(stateDirectory, { recursive: true });
    const file = path.join(stateDirectory, StateLock.FILE);
    while (!createFile(file)) {
      const previous = readLock(file);
      if (previous?.platform.pid === process.pid) break;
      if (previous && isAlive(previous.platform)) throw new StateInUse(stateDirectory, previous.platform.pid);
      previous?.children.filter(isAlive).forEach(({ pid }) => killGroup(pid));
      fs.rmSync(file, { force: true });
    }
    return new StateLock(file);
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
    fs.writeFileSync(this.file, JSON.stringify(contentOf([...this.children.values()])));
  }
}

/** False when there is one already: of two platforms that start together, one creates it. */
function createFile(file: string): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(contentOf([])), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(children: readonly Holder[]): LockContent {
  return { platform: holder(process.pid), children };
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
