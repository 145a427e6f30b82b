import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

/** Ends a process that leads its own group, and whatever it started: ffmpeg must not outlive its worker. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Something that tells this process from a later one with the same number: the time it started.
 * Undefined when there is no such process.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    // Field 22 of stat; the name in field 2 may hold spaces, so count from its closing bracket.
    if (process.platform === 'linux') return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ')[19];
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
