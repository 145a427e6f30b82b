import * as path from 'node:path';
import { costTable } from '../../../bench/suites/cost-table';
import { readBetweenMarkers } from '../../../bench/suites/markers';
import { synthesizeExample } from '../../support/examples';

const README = path.resolve(__dirname, '../../../README.md');
const REGIONS: Readonly<Record<string, string>> = { minimal: 'us-east-1', 'three-environments': 'eu-west-1', 'bring-your-own': 'eu-central-1' };

test("the README's cost table is what the examples' templates come to: run 'npm run synth' and 'npm run bench -- cost --readme' after a change", () => {
  const table = costTable(example => Object.entries(synthesizeExample(example).templates).map(([stack, template]) => ({
    stack, template: template as object, region: stack.endsWith('Edge') ? 'us-east-1' : REGIONS[example],
  })));
  expect(readBetweenMarkers(README, 'cost')).toBe(table);
});
