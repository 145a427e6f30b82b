/** `npm run bench [-- SUITE…]`: ratios measured side by side in one run. Never part of the tests. */
import '../local/require-node';
import { costSuite } from './suites/cost';
import { deliverySuite } from './suites/delivery';
import { layoutSuite } from './suites/layout';
import { packageSuite } from './suites/package';
import { processorSuite } from './suites/processor';
import { scalingSuite } from './suites/scaling';

const SUITES: Record<string, () => Promise<void>> = {
  package: packageSuite,
  layout: layoutSuite,
  processor: processorSuite,
  delivery: deliverySuite,
};

/** These read files instead of measuring, and take their names: `npm run bench -- cost cdk.out`. */
const REPORTS: Record<string, (args: readonly string[]) => Promise<void> | void> = {
  cost: costSuite,
  scaling: scalingSuite,
};

async function main(names: string[]): Promise<void> {
  const [first, ...args] = names;
  if (REPORTS[first]) return REPORTS[first](args);
  const unknown = names.filter(name => !SUITES[name]);
  if (unknown.length) throw new Error(`unknown suite '${unknown[0]}'; there are: ${[...Object.keys(SUITES), ...Object.keys(REPORTS)].join(', ')}`);
  for (const name of names.length ? names : Object.keys(SUITES)) await SUITES[name]();
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
