/** `npm run faults -- --seed N --runs K [--lanes L]`: random fault schedules against the real worker. */
import '../../local/require-node';
import { parseArgs } from 'node:util';
import { openLane, Outcome } from './lane';
import { machineAbilities, describeSchedule, drawSchedule } from './schedule';

/** Schedules mostly wait, so that several share the machine's cores. */
const DEFAULT_LANES = 4;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '20' }, lanes: { type: 'string', default: String(DEFAULT_LANES) },
    },
  });
  const [seed, runs, lanes] = [values.seed, values.runs, values.lanes].map(Number);
  const startedAt = Date.now();
  const can = machineAbilities();
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  const outcomes: Outcome[] = [];
  print(`faults: seeds ${seed} to ${seed + runs - 1}, ${lanes} side by side${can.mounts ? '' : ', without full disks (needs root)'}`);
  await Promise.all(Array.from({ length: Math.min(lanes, runs) }, async () => {
    const lane = await openLane(can);
    try {
      for (let next = seeds.shift(); next !== undefined; next = seeds.shift()) {
        const outcome = await lane.run(drawSchedule(next, can));
        outcomes.push(outcome);
        report(outcome, outcomes.length, runs);
      }
    } finally {
      await lane.close();
    }
  }));
  summarize(outcomes, (Date.now() - startedAt) / 1000);
}

function report({ schedule, violations, struck, seconds, logs }: Outcome, done: number, runs: number): void {
  const verdict = violations.length === 0 ? 'ok  ' : 'FAIL';
  print(`${verdict} ${String(done).padStart(String(runs).length)}/${runs} seed ${schedule.seed} ${seconds.toFixed(1)} s: ${struck.join(' + ') || 'no fault struck'}`);
  if (violations.length === 0) return;
  violations.forEach(violation => print(`     ${violation}`));
  print(describeSchedule(schedule));
  logs.forEach(line => print(`     ${line}`));
  print(`     again: npm run faults -- --seed ${schedule.seed} --runs 1`);
}

function summarize(outcomes: readonly Outcome[], seconds: number): void {
  const struck = new Map<string, number>();
  for (const name of outcomes.flatMap(outcome => outcome.struck)) struck.set(name, (struck.get(name) ?? 0) + 1);
  for (const [name, count] of [...struck].sort((one, other) => other[1] - one[1])) print(`${String(count).padStart(6)} × ${name}`);
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  print(`${outcomes.length - failed.length} passed, ${failed.length} failed in ${Math.round(seconds)} s`
    + (failed.length > 0 ? `; seeds ${failed.map(({ schedule }) => schedule.seed).join(', ')}` : ''));
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch(error => {
  process.stderr.write(`faults: ${(error as Error).stack}\n`);
  process.exitCode = 1;
});
