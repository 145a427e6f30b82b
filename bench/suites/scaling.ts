import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { writeBetweenMarkers } from './markers';
import { readStacks } from '../../src/cli/cost';
import { readScaling, ScalingRules } from '../scaling/read-template';
import { SCENARIOS } from '../scaling/scenarios';
import { Outcome, simulate } from '../scaling/simulate';

const ROOT = path.resolve(__dirname, '../..');
const DEFAULT = path.join(ROOT, 'examples/three-environments/cdk.out');
/** The stack whose table stands in `docs/scaling.md`. */
const DOCUMENTED = 'ProdVideos';
const HEAD = ['arrivals', 'wanted after', 'longest wait', 'most wanted', 'deployment', 'workers, 5 min per sign'];

/** Arrival pattern → workers over time → waiting time, by what scales the workers of a `cdk.out` folder or template. */
export async function scalingSuite(args: readonly string[]): Promise<void> {
  const { values: { docs }, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { docs: { type: 'boolean' } } });
  const stacks = (positionals.length ? positionals : [DEFAULT]).flatMap(readStacks)
    .filter(({ template }) => Object.values(template.Resources ?? {}).some(({ Type }) => Type === 'AWS::ApplicationAutoScaling::ScalableTarget'));
  if (docs) {
    const { template } = stacks.find(({ stack }) => stack === DOCUMENTED)!;
    return writeBetweenMarkers(path.join(ROOT, 'docs/scaling.md'), 'scaling', await scalingTable(readScaling(template)));
  }
  for (const { stack, template } of stacks) await print(stack, readScaling(template));
}

/** As it stands in the documentation. */
export async function scalingTable(rules: ScalingRules): Promise<string> {
  const lines = [HEAD, HEAD.map((_, column) => column === 0 || column === 5 ? '---' : '---:'), ...await rowsOf(rules)];
  return [`${rules.min} to ${rules.max} workers; ${callsOf(rules).join(', ')}.`, '', ...lines.map(cells => `| ${cells.join(' | ')} |`)].join('\n');
}

async function print(stack: string, rules: ScalingRules): Promise<void> {
  process.stdout.write(`\n${stack}: ${rules.min} to ${rules.max} workers; ${callsOf(rules).join(', ')}\n`);
  const rows = await rowsOf(rules);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map(row => row[column].length)));
  for (const row of [HEAD, ...rows]) process.stdout.write(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}\n`);
}

function callsOf({ scaler, steps, tracking }: ScalingRules): string[] {
  return [
    ...scaler?.wakesByEvent ? ['woken by events'] : [],
    ...scaler?.everySeconds ? [`a look at the queue every ${scaler.everySeconds} s`] : [],
    ...[...steps, ...tracking].map(({ name }) => name),
  ];
}

function rowsOf(rules: ScalingRules): Promise<string[][]> {
  return Promise.all(SCENARIOS.map(async scenario => rowOf(scenario.name, await simulate(rules, scenario))));
}

function rowOf(name: string, { firstWantedAfter, waits, unfinished, mostDesired, deploymentSeconds, restarts, workers }: Outcome): string[] {
  const longest = waits.length ? time(Math.max(...waits)) : 'never begun';
  return [
    name, firstWantedAfter === undefined ? 'never' : time(firstWantedAfter), unfinished ? `${longest}, ${unfinished} open` : longest,
    String(mostDesired), deploymentSeconds === undefined ? '' : `${time(deploymentSeconds)}${restarts ? `, ${restarts} again` : ''}`, sparkline(workers),
  ];
}

function sparkline(workers: readonly number[]): string {
  const points = workers.filter((_, minute) => minute % 5 === 0).slice(0, 36);
  return points.map(count => count === 0 ? '·' : count < 10 ? String(count) : '+').join('');
}

function time(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${(seconds / 60).toFixed(1)} min`;
}
