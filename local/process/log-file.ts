import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A file of JSON lines. What a process prints as JSON stays as it is, anything else is wrapped, so that one tool reads it all. */
export class LogFile {
  private descriptor?: number;

  constructor(readonly file: string) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.descriptor = fs.openSync(file, 'a');
  }

  write(entry: Readonly<Record<string, unknown>>): void {
    this.append(JSON.stringify({ timestamp: new Date().toISOString(), ...entry }));
  }

  /** Follows an output of a child process to its end. */
  follow(output: Readable, level: 'INFO' | 'ERROR'): void {
    // A reader that fails ends with its process; the exit is logged by its parent.
    createInterface({ input: output, crlfDelay: Infinity }).on('line', line => this.writeLine(line, level));
  }

  close(): void {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private writeLine(line: string, level: string): void {
    if (isJsonObject(line)) this.append(line);
    else if (line.trim() !== '') this.write({ level, message: line });
  }

  /** At once: what was said last, before an end that nobody expected, is what one looks for. */
  private append(line: string): void {
    if (this.descriptor !== undefined) fs.writeSync(this.descriptor, `${line}\n`);
  }
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
