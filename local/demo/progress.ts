/** Shows how far a step is: a bar that moves on a terminal, one line a step in a log. */
export class Progress {
  private step?: { readonly label: string; readonly startedAt: number; shown: number; note?: string };

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** @param percent 0 to 100; a new label ends the step before it. */
  update(label: string, percent: number): void {
    if (this.step?.label !== label) this.begin(label);
    const whole = Math.floor(percent);
    if (!this.stream.isTTY || whole === this.step!.shown) return;
    this.step!.shown = whole;
    this.stream.write(`\r${bar(label, whole)}`);
  }

  /** Says why the current step takes its time; once for each reason. */
  note(label: string, reason: string): void {
    if (this.step?.label !== label) this.begin(label);
    if (this.step!.note === reason) return;
    this.step!.note = reason;
    this.stream.write(this.stream.isTTY ? `\r  ${label.padEnd(10)} ${reason}\x1b[K` : `  ${label.padEnd(10)} ${reason}\n`);
  }

  /** Ends the current step, if there is one. */
  finish(outcome: 'done' | 'failed' = 'done'): void {
    if (!this.step) return;
    const { label, startedAt, shown } = this.step;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const line = this.stream.isTTY ? `\r${bar(label, outcome === 'done' ? 100 : shown)}` : `  ${label.padEnd(10)} ${outcome}`;
    this.stream.write(`${line}  ${seconds} s\n`);
    this.step = undefined;
  }

  private begin(label: string): void {
    this.finish();
    this.step = { label, startedAt: performance.now(), shown: 0 };
    if (this.stream.isTTY) this.stream.write(bar(label, 0));
  }
}

const WIDTH = 30;

function bar(label: string, percent: number): string {
  const filled = Math.round(Math.min(100, percent) / 100 * WIDTH);
  return `  ${label.padEnd(10)} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${String(percent).padStart(3)} %`;
}
