export { readStacks, type StackTemplate } from './assembly';
export { idleBill } from './idle-bill';
export { PRICES_CHECKED_ON } from './prices';
export { costOf, costReport, dollars, type StackCost } from './report';
export { usageBill } from './usage-bill';
