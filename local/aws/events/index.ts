export { EventBus, type EventBusOptions, type FailedDelivery, type Rule, type RuleTarget } from './event-bus';
export { compileEventPattern, type JsonRecord } from './event-pattern';
export { objectCreatedEvent } from './object-created';
