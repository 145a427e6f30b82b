import { readFileSync } from 'node:fs';

const LOOK_MS = 10;

function childrenOf(pid: number): number[] {
  try {
    const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(child => child.trim() !== '').map(Number);
    return own.flatMap(child => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}

/** Most memory that a process has held so far, MiB; 0 when it is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs something, and says how much memory the hungriest process below this one took, MiB. */
export async function watchMemory(run: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => { peak = Math.max(peak, ...childrenOf(process.pid).map(peakOf)); }, LOOK_MS);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  if (peak === 0) throw new Error('no process below this one was seen: nothing ran, or there is no /proc to read');
  return peak;
}
