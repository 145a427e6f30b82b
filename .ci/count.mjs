// Adds up what the runners reported: count.mjs EXIT_TEST EXIT_BUILD EXIT_PACKAGE REPORT.xml…
// A runner that failed without naming a failed test (type check, lint, build, crash) counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

const [exits, reports] = [process.argv.slice(2, 5).map(Number), process.argv.slice(5)];
let passed = 0;
let failed = 0;

for (const report of reports) {
  if (!existsSync(report)) {
    console.log(`no report at ${report}`);
    failed += 1;
    continue;
  }
  const cases = readFileSync(report, 'utf8').split('<testcase').slice(1);
  for (const testcase of cases) {
    if (/<skipped/.test(testcase)) continue;
    if (/<(failure|error)\b/.test(testcase)) failed += 1;
    else passed += 1;
  }
}

if (failed === 0) failed += exits.filter(code => code !== 0).length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
