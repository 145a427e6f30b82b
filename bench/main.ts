/** `npm run bench [-- SUITE…]`: ratios measured side by side in one run. Never part of the tests. */
import { layoutSuite } from './suites/layout';
import { packageSuite } from './suites/package';
import { processorSuite } from './suites/processor';

const SUITES: Record<string, () => Promise<void>> = {
  package: packageSuite,
  layout: layoutSuite,
  processor: processorSuite,
};

async function main(names: string[]): Promise<void> {
  const unknown = names.filter(name => !SUITES[name]);
  if (unknown.length) throw new Error(`unknown suite '${unknown[0]}'; there are: ${Object.keys(SUITES).join(', ')}`);
  for (const name of names.length ? names : Object.keys(SUITES)) await SUITES[name]();
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
