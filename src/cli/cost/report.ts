import { StackTemplate } from './assembly';
import { IdleBill, idleBill } from './idle-bill';
import { PRICED_REGIONS, PRICES_AS_OF } from './prices';
import { UsageBill, usageBill } from './usage-bill';

export interface StackCost {
  readonly stack: string;
  readonly region: string;
  /** Of the prices. */
  readonly pricedAs: string;
  readonly idle: IdleBill;
  readonly usage?: UsageBill;
}

const SOURCE_MINUTES = 1000;
/** For stacks that name no region. */
const USUAL_REGION = 'us-east-1';

/**
 * @param otherwise whose prices count for a region that is not in the price table
 * @throws as `idleBill` does
 */
export function costOf({ stack, region = USUAL_REGION, template }: StackTemplate, otherwise?: string): StackCost {
  const pricedAs = PRICED_REGIONS.includes(region) ? region : otherwise ?? region;
  return { stack, region, pricedAs, idle: idleBill(template, pricedAs), usage: usageBill(template, pricedAs, SOURCE_MINUTES) };
}

/** The bills of several stacks for a terminal, and what they come to. */
export function costReport(costs: readonly StackCost[]): string {
  const total = costs.reduce((sum, { idle }) => sum + idle.total, 0);
  const parts = costs.map(cost => [idleTable(cost), ...cost.usage ? [usageTable(cost.usage)] : []].join('\n'));
  const sum = costs.length > 1 ? [`All stacks, idle: ${dollars(total)} per month`] : [];
  return [...parts, ...sum, `List prices of ${PRICES_AS_OF}, without tax and free tiers.`].join('\n\n');
}

function idleTable({ stack, region, pricedAs, idle }: StackCost): string {
  const rows = idle.lines.map(({ item, quantity, unit, price, cost }) => [item, `${quantity} ${unit}`, dollars(price), dollars(cost)]);
  const where = region === pricedAs ? region : `${region}, at the prices of ${pricedAs}`;
  return `${stack} (${where}), idle, per month\n${columns([...rows, ['Total', '', '', dollars(idle.total)]])}`;
}

function usageTable({ lines, total, sourceMinutes, watchedOnce }: UsageBill): string {
  const rows = lines.map(({ item, basis, cost }) => [item, basis, dollars(cost)]);
  return `${sourceMinutes.toLocaleString('en-US')} source minutes\n`
    + `${columns([...rows, ['Total', '', dollars(total)], ['Watched once, on top', 'best rendition, through CloudFront', dollars(watchedOnce)]])}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => `  ${row.map((cell, column) => column === row.length - 1 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])).join('  ')}`).join('\n');
}

export function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}
