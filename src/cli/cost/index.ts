export { readStacks, type StackTemplate } from './assembly';
export { idleBill } from './idle-bill';
export { PRICES_AS_OF } from './prices';
export { costOf, costReport, dollars, type StackCost } from './report';
export { usageBill } from './usage-bill';
