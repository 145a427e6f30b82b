import { costOf, dollars, PRICES_AS_OF, StackCost, StackTemplate } from '../../src/cli/cost';

/** The README's rows: an environment is a stack and, outside us-east-1, its edge stack. */
const ENVIRONMENTS = [
  { example: 'minimal', stack: 'Videos', says: '`dev`, the minimal example' },
  { example: 'three-environments', stack: 'DevVideos', says: '`dev` of three environments' },
  { example: 'three-environments', stack: 'UatVideos', says: '`uat`' },
  { example: 'three-environments', stack: 'ProdVideos', says: '`prod`' },
  { example: 'bring-your-own', stack: 'LandingZoneVideos', says: '`prod` in a landing zone (at eu-west-1 prices)' },
];
const NEAREST = 'eu-west-1';


/** @param stacksOf the synthesized stacks of an example */
export function costTable(stacksOf: (example: string) => readonly StackTemplate[]): string {
  const rows = ENVIRONMENTS.map(({ example, stack, says }) => {
    const costs = stacksOf(example).filter(each => [stack, `${stack}Edge`].includes(each.stack)).map(each => costOf(each, NEAREST));
    const main = costs.find(cost => cost.stack === stack)!;
    const idle = costs.reduce((sum, { idle: { total } }) => sum + total, 0);
    return `| ${says} | ${main.region} | ${dollars(idle)} | ${dollars(main.usage!.total)} | ${largest(costs)} |`;
  });
  return ['| environment | region | idle per month | 1,000 source minutes | most of the idle bill |', '|---|---|---:|---:|---|', ...rows, '',
    `List prices of ${PRICES_AS_OF} without tax and free tiers; \`npm run bench -- cost\` prints every line, and takes your own \`cdk.out\`.`].join('\n');
}

function largest(costs: readonly StackCost[]): string {
  const byItem = new Map<string, number>();
  for (const { item, cost } of costs.flatMap(({ idle }) => idle.lines)) byItem.set(item, (byItem.get(item) ?? 0) + cost);
  return [...byItem].sort(([, a], [, b]) => b - a).slice(0, 2).map(([item, cost]) => `${item.toLowerCase()} ${dollars(cost)}`).join(', ');
}
