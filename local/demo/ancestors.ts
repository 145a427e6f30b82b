import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

const CHECK_MS = 1_000;
/** npm, npx, projen's shell and tsx stand between the user and the demo; beyond them are strangers. */
const LAUNCHERS = /^(node|npm|npx|sh|dash|tsx)/;
const MAX_LAUNCHERS = 12;

interface Ancestor {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/**
 * Calls back once when a process that launched this one is gone. Not all of them hand a signal on, and a demo that
 * no one can reach any more would keep its port.
 */
export function onLauncherGone(callback: () => void): void {
  const launchers = launchersOf(process.ppid);
  const timer = setInterval(() => {
    if (launchers.every(isRunning)) return;
    clearInterval(timer);
    callback();
  }, CHECK_MS);
  timer.unref();
}

/** From the parent up to the topmost npm; without an npm above, nobody's end concerns us but the parent's. */
function launchersOf(pid: number): number[] {
  const chain: Ancestor[] = [];
  let next = describe(pid);
  while (next && LAUNCHERS.test(next.name) && chain.length < MAX_LAUNCHERS) {
    chain.push(next);
    next = describe(next.parent);
  }
  const topmost = chain.map(({ name }) => name.startsWith('npm')).lastIndexOf(true);
  return chain.slice(0, Math.max(1, topmost + 1)).map(each => each.pid);
}

function describe(pid: number): Ancestor | undefined {
  try {
    const [, parent, name] = /^\s*(\d+)\s+(.*)$/.exec(process.platform === 'linux' ? fromProc(pid) : fromPs(pid))!;
    return { pid, parent: Number(parent), name: name.trim().split('/').pop()! };
  } catch {
    return undefined;
  }
}

/** `pid (name) state parent …`; npm sets its name to `npm run demo`. */
function fromProc(pid: number): string {
  const [, name, parent] = /\((.*)\) \S (\d+)/s.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
  return `${parent} ${name}`;
}

function fromPs(pid: number): string {
  return execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
