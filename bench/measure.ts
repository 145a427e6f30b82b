import { spawn } from 'node:child_process';

/** Cost of one finished process and everything it waited for, by the operating system's own accounting. */
export interface ProcessCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Runs a command to its end; throws with its last words when it fails. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<ProcessCost> {
  // bash's own `time` counts the children that the command reaped, which Node does not report.
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&3', 'bash', command, ...args], {
    env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let report = '';
  let words = '';
  child.stderr!.on('data', chunk => { report += String(chunk); });
  child.stdio[3]!.on('data', chunk => { words += String(chunk); });
  const end = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (end !== 0) throw new Error(`${command} ${args.slice(0, 6).join(' ')}… ended with ${end}: ${words.slice(-800)}`);
  const [real, user, system] = report.trim().split('\n').at(-1)!.split(' ').map(Number);
  if (![real, user, system].every(Number.isFinite)) throw new Error(`bash measured nothing of ${command}: ${report.slice(-200)}`);
  return { wallSeconds: real, cpuSeconds: user + system };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A/B pair by pair: the machine's drift hits both sides alike. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly pairs: number;
}

export function ratioOf(a: readonly number[], b: readonly number[]): Ratio {
  const ratios = a.map((value, index) => value / b[index]);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), pairs: ratios.length };
}

export function formatRatio({ median: middle, min, max, pairs }: Ratio): string {
  return `${middle.toFixed(3)} (${min.toFixed(3)}–${max.toFixed(3)}, ${pairs} pairs)`;
}

export function seconds(value: number): string {
  return value >= 10 ? `${value.toFixed(1)} s` : `${(value * 1000).toFixed(0)} ms`;
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** One line of a suite's result. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly aim?: string;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(row => row.what.length));
  process.stdout.write(`\n${title}\n`);
  for (const { what, value, aim } of rows) {
    process.stdout.write(`  ${what.padEnd(width)}  ${value}${aim ? `   (aim ${aim})` : ''}\n`);
  }
}

/** Long work shows progress, on stderr so that results can be piped. */
export function progress(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}
