export { EventBus, type EventBusOptions, type FailedDelivery, type Rule, type RuleTarget } from './event-bus';
export { compileEventPattern, type Json, type JsonRecord, UnsupportedEventPattern } from './event-pattern';
export { type CreatedObject, objectCreatedEvent } from './object-created';
