export { type QueueDefinition, type RedrivePolicy } from './queue';
export { SqsService, type SqsServiceOptions } from './sqs-service';
