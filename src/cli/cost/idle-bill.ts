import { isFreeWhileIdle } from './free-types';
import { Charge, IDLE_RULES } from './idle-rules';
import { pricesOf, RegionPrices } from './prices';
import { Template } from './template';
import { readWorker, standbyMonth } from './worker';

export interface IdleLine extends Charge {
  /** Dollars per month. */
  readonly cost: number;
}

export interface IdleBill {
  readonly region: string;
  readonly lines: readonly IdleLine[];
  /** Dollars per month. */
  readonly total: number;
}

/**
 * What a stack costs per month while nobody uses it, line by line. Workers count only as far as they always run (`minTasks`).
 *
 * @throws when a resource's type is not known to be free or priced, or its region is not in the price table
 */
export function idleBill(template: Template, region: string): IdleBill {
  const prices = pricesOf(region);
  const charges = Object.entries(template.Resources ?? {}).flatMap(([id, { Type: type, Properties: properties = {} }]) => {
    if (isFreeWhileIdle(type)) return [];
    const rule = IDLE_RULES[type];
    if (!rule) throw new Error(`${id} is of type ${type}, of which the cost is not known. Add it to src/cli/cost, priced or free, with its source.`);
    try {
      return rule(properties, prices);
    } catch (error) {
      throw new Error(`${id} ${(error as Error).message}`);
    }
  });
  const lines = merge([...charges, ...standby(template, prices)]);
  return { region, lines, total: lines.reduce((sum, { cost }) => sum + cost, 0) };
}

function standby(template: Template, prices: RegionPrices): readonly Charge[] {
  const worker = readWorker(template);
  if (!worker || worker.minTasks === 0) return [];
  return [{ item: 'Workers that always run', quantity: worker.minTasks, unit: 'worker', price: standbyMonth(worker, prices) }];
}

function merge(charges: readonly Charge[]): IdleLine[] {
  const lines = new Map<string, IdleLine>();
  for (const charge of charges) {
    const key = `${charge.item} ${charge.price}`;
    const quantity = (lines.get(key)?.quantity ?? 0) + charge.quantity;
    lines.set(key, { ...charge, quantity, cost: quantity * charge.price });
  }
  return [...lines.values()].sort((a, b) => b.cost - a.cost);
}
