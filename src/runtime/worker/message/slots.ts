/** Job slots, and the bench beside them for messages that wait for another worker's lease. */
export class Slots {
  private taken = 0;
  private benched = 0;
  private readonly waiting: Array<() => void> = [];
  private listeners: Array<() => void> = [];

  constructor(private readonly size: number, private readonly bench: number) {}

  /** Messages to receive now: 0 while the bench is full or a message on the bench already waits for a slot. */
  get free(): number {
    return this.benched >= this.bench || this.waiting.length > 0 ? 0 : Math.max(0, this.size - this.taken);
  }

  get busy(): boolean {
    return this.taken > 0;
  }

  /** A seat for a message just received: in a slot, or on the bench when a waiting message took it during the long poll. */
  sit(): Seat {
    if (this.taken < this.size) {
      this.taken++;
      this.changed();
      return new Seat(this, 'slot');
    }
    this.benched++;
    return new Seat(this, 'bench');
  }

  /** Resolves with the next change, or when the signal aborts. */
  async change(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await called(this.listeners, signal);
  }

  /** @internal */
  leave(): void {
    this.taken--;
    this.waiting.shift()?.();
    this.changed();
  }

  /** @internal */
  async take(signal: AbortSignal): Promise<void> {
    while (this.taken >= this.size && !signal.aborted) await called(this.waiting, signal);
    this.taken++;
    this.changed();
  }

  /** @internal */
  moveBench(by: number): void {
    this.benched += by;
    this.changed();
  }

  private changed(): void {
    const listeners = this.listeners;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}

/** Stands in a list until called from there, or until the signal aborts; listens to the signal no longer than that. */
function called(list: Array<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    list.push(done);
  });
}

/** Where one message sits: in a job slot, or on the bench. */
export class Seat {
  constructor(private readonly slots: Slots, private place: 'slot' | 'bench' | 'gone') {}

  /** Gives the slot to others while this message has nothing to do but wait. */
  toBench(): void {
    if (this.place !== 'slot') return;
    this.place = 'bench';
    this.slots.moveBench(1);
    this.slots.leave();
  }

  /** Back into a slot, as soon as one is free. */
  async toSlot(signal: AbortSignal): Promise<void> {
    if (this.place !== 'bench') return;
    await this.slots.take(signal);
    this.place = 'slot';
    this.slots.moveBench(-1);
  }

  leave(): void {
    if (this.place === 'slot') this.slots.leave();
    if (this.place === 'bench') this.slots.moveBench(-1);
    this.place = 'gone';
  }
}
