import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';

/** Synthesizes an example again and again, each time in a process that has loaded the CDK beforehand. */
export class Synthesizer {
  private next: ChildProcess;

  constructor(private readonly repository: string, private readonly example: string) {
    this.next = this.prepare();
  }

  /** @throws with the app's own words when it fails */
  async synthesize(outdir: string): Promise<void> {
    const child = this.next;
    this.next = this.prepare();
    let said = '';
    child.stdout!.on('data', chunk => { said += chunk; });
    child.stderr!.on('data', chunk => { said += chunk; });
    const ended = new Promise<string | number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
    child.send({ app: path.join(this.repository, 'examples', this.example, 'app.ts'), outdir });
    const end = await ended;
    if (end !== 0) throw new Error(`examples/${this.example} does not synthesize (${end}):\n${reasonIn(said)}`);
  }

  close(): void {
    this.next.kill();
  }

  private prepare(): ChildProcess {
    return fork(path.join(this.repository, 'projenrc/synth-child.ts'), [], {
      cwd: this.repository,
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
  }
}

/** The first lines of an error, without the stack below them. */
function reasonIn(said: string): string {
  const lines = said.split('\n').filter(line => line.trim() !== '' && !/^\s+at |^Node\.js v|^node:internal/.test(line));
  return lines.slice(-12).join('\n');
}
