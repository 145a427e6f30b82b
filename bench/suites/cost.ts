import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { costTable } from './cost-table';
import { writeBetweenMarkers } from './markers';
import { costOf, costReport, readStacks } from '../../src/cli/cost';

const ROOT = path.resolve(__dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples');
/** Whose prices the examples in other regions are shown at. */
const NEAREST = 'eu-west-1';

/** Idle bill and price of use of any `cdk.out` folder or template; without one, of the examples as last synthesized. */
export function costSuite(args: readonly string[]): void {
  const { values: { region, readme }, positionals } = parseArgs({
    args: [...args], allowPositionals: true, options: { region: { type: 'string' }, readme: { type: 'boolean' } },
  });
  if (readme) return writeBetweenMarkers(path.join(ROOT, 'README.md'), 'cost', costTable(name => readStacks(path.join(EXAMPLES, name, 'cdk.out'))));
  const stacks = (positionals.length ? positionals : synthesizedExamples()).flatMap(readStacks);
  process.stdout.write(`${costReport(stacks.map(stack => costOf(stack, region ?? (positionals.length ? undefined : NEAREST))))}\n`);
}

function synthesizedExamples(): string[] {
  const folders = fs.readdirSync(EXAMPLES).map(name => path.join(EXAMPLES, name, 'cdk.out')).filter(folder => fs.existsSync(folder));
  if (folders.length === 0) throw new Error("no example has been synthesized: run 'npm run synth' first, or name a cdk.out folder or template");
  return folders;
}
