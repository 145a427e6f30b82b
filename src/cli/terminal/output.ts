import { CliError } from '../errors';
import { bar } from './progress-bar';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** What the program says: text for people on standard output, or one JSON document there and nothing else. */
export class Output {
  private readonly colours: boolean;
  private progressShown = false;

  constructor(readonly json: boolean) {
    this.colours = Boolean(process.stdout.isTTY) && process.env.NO_COLOR === undefined;
  }

  style(text: string, style: Style): string {
    return this.colours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  }

  /** For people alone. */
  say(text: string): void {
    if (this.json) return;
    this.endProgress();
    process.stdout.write(`${text}\n`);
  }

  /** The result: `value` as JSON, or its text. */
  result(value: object, text: string): void {
    this.endProgress();
    process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  }

  /** A bar on a terminal; a log gets a line when the label changes. */
  progress(label: string, percent: number): void {
    if (this.json || !process.stderr.isTTY) return;
    process.stderr.write(`\r${bar(label, percent)}`);
    this.progressShown = true;
  }

  fail({ message, fix, code }: CliError): void {
    this.endProgress();
    if (this.json) process.stdout.write(`${JSON.stringify({ error: { code, message, fix } })}\n`);
    else process.stderr.write(`${this.style('Error:', 'red')} ${message} ${fix}\n`);
  }

  private endProgress(): void {
    if (this.progressShown) process.stderr.write('\n');
    this.progressShown = false;
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column].length)));
  return [head, ...rows].map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}
