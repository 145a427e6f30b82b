import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const MAIN = path.resolve(__dirname, '../../assets/cli/main.js');

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The bundled program as users run it, with no credentials and settings but those given. */
export class CliRun {
  readonly ended: Promise<Ended>;
  private out = '';
  private err = '';
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd, env: { PATH: process.env.PATH, NO_COLOR: '1', AWS_EC2_METADATA_DISABLED: 'true', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', chunk => { this.out += String(chunk); });
    this.child.stderr!.on('data', chunk => { this.err += String(chunk); });
    this.ended = new Promise(resolve => this.child.once('close', status => resolve({ status, out: this.out, err: this.err })));
  }

  /** Waits for something on standard error. */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.err)?.[0];
      if (found !== undefined) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}: ${this.out}${this.err}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}

export function runCli(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<Ended> {
  return new CliRun(args, env, cwd).ended;
}

/** The callback port is one for the whole machine: test files that run side by side take turns. */
export async function holdCallbackPort(): Promise<() => void> {
  const lock = path.join(os.tmpdir(), 'cdk-video-platform-callback-port');
  for (const deadline = Date.now() + 60_000; ;) {
    try {
      fs.mkdirSync(lock);
      return () => fs.rmdirSync(lock);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      // Of a run that was killed.
      const since = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > 60_000) fs.rmSync(lock, { recursive: true, force: true });
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}
