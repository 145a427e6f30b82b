export { readStacks, type StackTemplate } from './assembly';
export { type IdleBill, idleBill, type IdleLine } from './idle-bill';
export { PRICES_CHECKED_ON } from './prices';
export { costOf, costReport, dollars, SOURCE_MINUTES, type StackCost } from './report';
export { type UsageBill, usageBill } from './usage-bill';
