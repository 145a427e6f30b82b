import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A file of JSON lines. What a process prints as JSON stays as it is, anything else is wrapped, so that one tool reads it all. */
export class LogFile {
  private readonly stream: fs.WriteStream;

  constructor(readonly file: string) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.stream = fs.createWriteStream(file, { flags: 'a' });
  }

  write(entry: Readonly<Record<string, unknown>>): void {
    this.stream.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...entry })}\n`);
  }

  /** Follows an output of a child process to its end. */
  follow(output: Readable, level: 'INFO' | 'ERROR'): void {
    // A reader that fails ends with its process; the exit is logged by whoever started it.
    createInterface({ input: output, crlfDelay: Infinity }).on('line', line => this.writeLine(line, level));
  }

  close(): Promise<void> {
    return new Promise(resolve => this.stream.end(resolve));
  }

  private writeLine(line: string, level: string): void {
    if (isJsonObject(line)) this.stream.write(`${line}\n`);
    else if (line.trim() !== '') this.write({ level, message: line });
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
