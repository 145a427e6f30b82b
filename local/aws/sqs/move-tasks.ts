import { JsonObject, ServiceError } from '../http-json';
import { Caller } from '../types';
import { invalid, requiredText, wholeNumber } from './input';
import { Queue } from './queue';

export interface MoveTaskOptions {
  readonly queues: readonly Queue[];
  readonly authorize: (caller: Caller, action: string, queueArn: string) => void;
  readonly now: () => Date;
}

interface MoveTask {
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly moved: number;
  readonly startedAt: number;
}

/** Redrive: moves what lies in a dead-letter queue back to where it came from. Here it is done when the call returns. */
export class MoveTasks {
  private readonly tasks: MoveTask[] = [];

  constructor(private readonly options: MoveTaskOptions) {}

  start(input: JsonObject, caller: Caller): JsonObject {
    const source = this.deadLetterQueue(requiredText(input, 'SourceArn'));
    const destinationArn = input.DestinationArn === undefined ? undefined : requiredText(input, 'DestinationArn');
    if (input.MaxNumberOfMessagesPerSecond !== undefined) wholeNumber(input, 'MaxNumberOfMessagesPerSecond', [1, 500]);
    for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      this.options.authorize(caller, `sqs:${action}`, source.definition.arn);
    }
    const destinations = destinationArn === undefined ? this.feeding(source) : [this.queue(destinationArn)];
    destinations.forEach(queue => this.options.authorize(caller, 'sqs:SendMessage', queue.definition.arn));
    const moved = this.move(source, destinationArn);
    this.tasks.unshift({ sourceArn: source.definition.arn, destinationArn, moved, startedAt: this.options.now().getTime() });
    return { TaskHandle: Buffer.from(JSON.stringify({ sourceArn: source.definition.arn, task: this.tasks.length })).toString('base64') };
  }

  list(input: JsonObject, caller: Caller): JsonObject {
    const sourceArn = requiredText(input, 'SourceArn');
    this.options.authorize(caller, 'sqs:ListMessageMoveTasks', sourceArn);
    const limit = wholeNumber(input, 'MaxResults', [1, 10], 1);
    const Results = this.tasks.filter(task => task.sourceArn === sourceArn).slice(0, limit).map(task => ({
      Status: 'COMPLETED',
      SourceArn: task.sourceArn,
      DestinationArn: task.destinationArn,
      ApproximateNumberOfMessagesMoved: task.moved,
      ApproximateNumberOfMessagesToMove: task.moved,
      StartedTimestamp: task.startedAt,
    }));
    return { Results };
  }

  /** A moved message is a new one: new id, new age, receive count from zero. */
  private move(source: Queue, destinationArn: string | undefined): number {
    return source.drain(
      message => destinationArn !== undefined || message.deadLetterSourceArn !== undefined,
      message => this.queue(destinationArn ?? message.deadLetterSourceArn!).send(message),
    );
  }

  private deadLetterQueue(arn: string): Queue {
    const queue = this.queue(arn);
    if (this.feeding(queue).length === 0) throw invalid('Source queue must be configured as a Dead Letter Queue.');
    return queue;
  }

  private feeding(deadLetterQueue: Queue): readonly Queue[] {
    return this.options.queues.filter(queue => queue.definition.redrivePolicy?.deadLetterTargetArn === deadLetterQueue.definition.arn);
  }

  private queue(arn: string): Queue {
    const queue = this.options.queues.find(each => each.definition.arn === arn);
    if (!queue) throw new ServiceError('ResourceNotFoundException', `The resource that you specified for the SourceArn or DestinationArn doesn't exist: ${arn}`);
    return queue;
  }
}
