import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** As `ps` shows it; Z waits to be reaped. */
  readonly state: string;
}

/** Every process below this one. */
export function descendantsOf(pid: number): number[] {
  const all = listProcesses();
  const below = (of: number): number[] => all.filter(({ parent }) => parent === of).flatMap(child => [child.pid, ...below(child.pid)]);
  return below(pid);
}

/** Whether it still runs: one that has ended and waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  return listProcesses().some(each => each.pid === pid && !each.state.startsWith('Z'));
}

/** From /proc where there is one: small containers have no `ps`. */
function listProcesses(): ProcessEntry[] {
  if (!fs.existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n').map(line => {
      const [pid, parent, state] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
  }
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const [state, parent] = fs.readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop()!.split(' ');
      return [{ pid: Number(name), parent: Number(parent), state }];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}
