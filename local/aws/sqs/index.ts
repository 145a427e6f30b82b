export { type QueueDefinition } from './queue';
export { SqsService } from './sqs-service';
