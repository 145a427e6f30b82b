/** Facts of one stream that only its packets tell: headers may be wrong, missing or lying. */
export interface PacketFacts {
  readonly packets: number;
  /** Seconds, as the file counts them. */
  readonly first: number;
  readonly last: number;
  readonly end: number;
  /** Most common distance of neighbours, seconds; 0 for a single packet. */
  readonly typicalGap: number;
  /** Longest stretch without a packet, the one before the first apart. */
  readonly longestGap: number;
  /** Seconds by which times run backwards, beyond what reordered frames do. */
  readonly backward: number;
  /** What the packets last, added up: far more than from first to end where the time stamps are wrong. */
  readonly content: number;
  /** Every distance is the typical one, to within the rounding of a millisecond time base. */
  readonly steady: boolean;
}

/** H.264 and HEVC reorder by at most 16 frames. */
const REORDER_WINDOW = 32;
/** Distinct distances worth counting; a file of random times must not fill the memory. */
const MOST_GAPS = 2048;
const MICROSECONDS = 1_000_000;
/** 300 frames per second, the most that is accepted. */
const SHORTEST_GAP_SECONDS = 1 / 300;
const ROUNDING_SECONDS = 0.0015;

/** Collects one stream's packets in the order of the file; constant memory whatever their number. */
export class PacketScan {
  private readonly window: number[] = [];
  private readonly gaps = new Map<number, number>();
  private packets = 0;
  private first = Infinity;
  private last = -Infinity;
  private end = -Infinity;
  private content = 0;
  private previous?: number;
  private expected = 0;
  private longestGap = 0;
  private backward = 0;

  add(time: number | undefined, duration: number | undefined): void {
    // Before the first time is known there is nothing to count from.
    if (time === undefined && this.packets === 0) return;
    const start = time ?? this.expected;
    this.packets += 1;
    this.content += duration ?? 0;
    this.expected = start + (duration ?? 0);
    this.first = Math.min(this.first, start);
    this.last = Math.max(this.last, start);
    this.end = Math.max(this.end, start + (duration ?? 0));
    this.insert(start);
    if (this.window.length > REORDER_WINDOW) this.release();
  }

  facts(): PacketFacts | undefined {
    while (this.window.length > 0) this.release();
    if (this.packets === 0) return undefined;
    const typicalGap = this.typicalGap();
    const steady = [...this.gaps.keys()].every(gap => Math.abs(gap / MICROSECONDS - typicalGap) <= ROUNDING_SECONDS);
    return {
      packets: this.packets,
      first: this.first,
      last: this.last,
      // A container without durations does not say how long the last frame is shown; it gets the length of the others.
      end: Math.max(this.end, this.last + (this.end > this.last ? 0 : typicalGap)),
      typicalGap,
      content: this.content,
      longestGap: this.longestGap,
      backward: this.backward,
      steady,
    };
  }

  private insert(start: number): void {
    let at = this.window.length;
    while (at > 0 && this.window[at - 1] > start) at -= 1;
    this.window.splice(at, 0, start);
  }

  private release(): void {
    const start = this.window.shift()!;
    const distance = start - (this.previous ?? start);
    const gap = Math.round(distance * MICROSECONDS);
    this.previous = start;
    this.longestGap = Math.max(this.longestGap, distance);
    this.backward += Math.max(0, -distance);
    if (gap > 0 && (this.gaps.has(gap) || this.gaps.size < MOST_GAPS)) this.gaps.set(gap, (this.gaps.get(gap) ?? 0) + 1);
  }

  /** Two time stamps for each frame, a millisecond apart, are one frame: then the mean tells how often there is a new one. */
  private typicalGap(): number {
    const median = this.median();
    const mean = this.packets > 1 ? (this.last - this.first) / (this.packets - 1) : 0;
    return median > 0 && median < SHORTEST_GAP_SECONDS && mean > SHORTEST_GAP_SECONDS ? mean : median;
  }

  private median(): number {
    const sorted = [...this.gaps].sort(([a], [b]) => a - b);
    const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
    let seen = 0;
    for (const [gap, count] of sorted) {
      seen += count;
      if (seen >= half) return gap / MICROSECONDS;
    }
    return 0;
  }
}
