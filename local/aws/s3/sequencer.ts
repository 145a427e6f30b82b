import { readJsonSync, writeJsonSync } from './files';

/** Numbers handed out between two writes of the state file; a crash skips at most so many. */
const RESERVED = 1000n;
const HEX_DIGITS = 18;

/** Hexadecimal numbers that only grow, over restarts too, whatever the clock does. */
export class Sequencer {
  private next: bigint;
  private bound: bigint;

  constructor(private readonly file: string) {
    this.next = BigInt(readJsonSync<{ bound: string }>(file)?.bound ?? '1');
    this.bound = this.next;
  }

  take(): string {
    if (this.next >= this.bound) {
      this.bound = this.next + RESERVED;
      writeJsonSync(this.file, { bound: this.bound.toString() });
    }
    return (this.next++).toString(16).toUpperCase().padStart(HEX_DIGITS, '0');
  }
}
