import { Item } from './dynamodb-video-item';
import { Transition } from '../../domain/video';

/**
 * One row of the table of transitions as parts of a conditional write. The update sets `#status = :to`; `#status` must be named.
 */
export function statusChange({ from, to }: Transition): { readonly condition: string; readonly values: Item } {
  return {
    condition: `#status IN (${from.map((_, index) => `:from${index}`).join(', ')})`,
    values: { ':to': { S: to }, ...Object.fromEntries(from.map((status, index) => [`:from${index}`, { S: status }])) },
  };
}
