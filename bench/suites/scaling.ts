import * as path from 'node:path';
import { readStacks } from '../../src/cli/cost';
import { readScaling, ScalingRules } from '../scaling/read-template';
import { SCENARIOS } from '../scaling/scenarios';
import { Outcome, simulate } from '../scaling/simulate';

const DEFAULT = path.resolve(__dirname, '../../examples/three-environments/cdk.out');

/** Arrival pattern → workers over time → waiting time, by the policies and alarms of a `cdk.out` folder or template. */
export function scalingSuite(files: readonly string[]): void {
  const stacks = (files.length ? files : [DEFAULT]).flatMap(readStacks)
    .filter(({ template }) => Object.values(template.Resources ?? {}).some(({ Type }) => Type === 'AWS::ApplicationAutoScaling::ScalableTarget'));
  for (const { stack, template } of stacks) print(stack, readScaling(template));
}

function print(stack: string, rules: ScalingRules): void {
  const policies = [...rules.steps, ...rules.tracking].map(({ name }) => name).join(', ');
  process.stdout.write(`\n${stack}: ${rules.min} to ${rules.max} workers; ${rules.wakesByEvent ? 'woken by events; ' : ''}${policies}\n`);
  const rows = SCENARIOS.map(scenario => rowOf(scenario.name, simulate(rules, scenario)));
  const head = ['pattern', 'wanted after', 'longest wait', 'most wanted', 'deployment', 'workers, 5 min a sign'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column].length)));
  for (const row of [head, ...rows]) process.stdout.write(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}\n`);
}

function rowOf(name: string, { firstWantedAfter, waits, unfinished, mostDesired, deploymentSeconds, workers }: Outcome): string[] {
  const longest = waits.length ? time(Math.max(...waits)) : 'never begun';
  return [
    name, firstWantedAfter === undefined ? 'never' : time(firstWantedAfter), unfinished ? `${longest}, ${unfinished} open` : longest,
    String(mostDesired), deploymentSeconds === undefined ? '' : time(deploymentSeconds), sparkline(workers),
  ];
}

function sparkline(workers: readonly number[]): string {
  const points = workers.filter((_, minute) => minute % 5 === 0).slice(0, 36);
  return points.map(count => count === 0 ? '·' : count < 10 ? String(count) : '+').join('');
}

function time(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${(seconds / 60).toFixed(1)} min`;
}
