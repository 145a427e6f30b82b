/** A line longer than this is no line of a tool's report. */
const LONGEST_LINE = 4096;

/** Cuts a stream of text into lines; holds no more than one. */
export class LineSplitter {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!.slice(0, LONGEST_LINE);
    lines.forEach(line => this.onLine(line));
  }
}
