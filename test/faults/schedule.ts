import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { drawFault, Effect, Fault } from './faults';
import { ClipName } from './support/clips';
import { Random } from './support/random';

export interface PlannedVideo {
  readonly clip: ClipName;
  /** The same message so many times more. */
  readonly duplicates: number;
  /** An event of the same key with a lower sequencer follows. */
  readonly olderEvent: boolean;
}

/** Everything that a run does, decided before it starts. */
export interface Schedule {
  readonly seed: number;
  readonly videos: readonly PlannedVideo[];
  /** Milliseconds that each worker's wall clock is off by. */
  readonly workers: readonly number[];
  readonly malformed: number;
  readonly faults: readonly Fault[];
}

const FIVE_MINUTES = 300_000;

export interface Abilities {
  /** File systems of their own for the workers, which take a privileged user. */
  readonly mounts: boolean;
}

export function machineAbilities(): Abilities {
  return { mounts: process.platform === 'linux' && process.getuid?.() === 0 && mountsWork() };
}

/** A container's root may not mount. */
function mountsWork(): boolean {
  const directory = mkdtempSync(path.join(tmpdir(), 'faults-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The same seed and abilities give the same schedule. */
export function drawSchedule(seed: number, abilities: Abilities): Schedule {
  const random = new Random(seed);
  const usable = (effect: Effect) => (effect.kind !== 'fill-disk' && effect.kind !== 'read-only') || abilities.mounts;
  const faults = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, () => drawFault(random, usable));
  const crowd = random.chance(0.02);
  return {
    seed,
    faults,
    videos: Array.from({ length: random.pick([1, 1, 2]) }, () => ({
      clip: random.pick<ClipName>(['plain', 'plain', 'plain', 'silent', 'silent', 'silent', 'page', 'empty']),
      duplicates: crowd ? random.whole(20, 100) : random.pick([0, 0, 0, 1, 3]),
      olderEvent: random.chance(0.1),
    })),
    workers: Array.from({ length: crowd ? random.whole(4, 10) : random.pick([1, 1, 2]) },
      () => (random.chance(0.06) ? random.pick([-FIVE_MINUTES, FIVE_MINUTES]) : 0)),
    malformed: random.chance(0.08) ? random.whole(1, 2) : 0,
  };
}

export function describeSchedule(schedule: Schedule): string {
  return JSON.stringify(schedule, (_key, value) => (value === Infinity ? 'unlimited' : value), 2);
}
