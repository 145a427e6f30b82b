import * as path from 'path';
import { JsonObject, ServiceError } from '../http-json';
import { accessDenied, JsonCall, JsonError, JsonReply, jsonReply, JsonService } from '../json-service';
import { AccessDenied, Authorizer, Caller, ConditionContext, Now } from '../types';
import { onlyParameters, requiredText } from './input';
import { MoveTasks } from './move-tasks';
import { QUEUE_OPERATIONS, QueueOperation } from './operations';
import { SQS_QUERY } from './query-protocol';
import { Queue, QueueDefinition } from './queue';
import { renderSqsError } from './sqs-errors';

export interface SqsServiceOptions {
  readonly stateDir: string;
  readonly accountId: string;
  readonly region: string;
  readonly queues: readonly QueueDefinition[];
  readonly authorizer: Authorizer;
  readonly now?: Now;
}

type AccountOperation = (call: JsonCall) => JsonObject;

/** Standard queues of the template, speaking both protocols of SQS; their messages survive a restart. */
export class SqsService implements JsonService {
  readonly name = 'sqs';
  readonly targetPrefix = 'AmazonSQS';
  readonly query = SQS_QUERY;
  private readonly queues: readonly Queue[];
  private readonly accountOperations: Readonly<Record<string, AccountOperation>>;

  constructor(private readonly options: SqsServiceOptions) {
    const now = options.now ?? (() => new Date());
    options.queues.forEach(definition => checkDefinition(definition, options.queues));
    this.queues = options.queues.map(definition => new Queue(definition, {
      now,
      journalFile: path.join(options.stateDir, `${definition.name}.jsonl`),
      deadLetterQueue: () => this.queues.find(queue => queue.definition.arn === definition.redrivePolicy?.deadLetterTargetArn),
    }));
    const moveTasks = new MoveTasks({
      queues: this.queues, now, authorize: (caller, action, arn) => options.authorizer.authorize(caller, action, arn),
    });
    this.accountOperations = {
      GetQueueUrl: call => this.getQueueUrl(call),
      ListQueues: call => this.listQueues(call),
      StartMessageMoveTask: ({ input, caller }) => moveTasks.start(input, caller),
      ListMessageMoveTasks: ({ input, caller }) => moveTasks.list(input, caller),
    };
  }

  async execute(call: JsonCall): Promise<JsonReply> {
    try {
      return jsonReply(await this.run(call));
    } catch (error) {
      if (error instanceof AccessDenied) throw accessDenied(error, 'AccessDenied', 403);
      throw error;
    }
  }

  renderError(error: ServiceError): JsonError {
    return renderSqsError(error);
  }

  /**
   * Sends for an AWS service such as EventBridge.
   *
   * @throws AccessDenied when the queue's policy, or that of its key, does not let the service.
   */
  deliver(queueArn: string, body: string, caller: Caller, context: ConditionContext): void {
    const queue = this.queues.find(each => each.definition.arn === queueArn);
    if (!queue) throw new Error(`the queue ${queueArn} does not exist; known: ${this.queues.map(each => each.definition.arn).join(', ')}`);
    this.authorize(caller, queue, QUEUE_OPERATIONS.SendMessage, context);
    queue.send({ body, senderId: caller.principalArn });
  }

  async close(): Promise<void> {
    this.queues.forEach(queue => queue.close());
  }

  private run(call: JsonCall): JsonObject | Promise<JsonObject> {
    const { operation, input, caller } = call;
    if (Object.hasOwn(this.accountOperations, operation)) return this.accountOperations[operation](call);
    if (!Object.hasOwn(QUEUE_OPERATIONS, operation)) {
      throw new ServiceError('UnsupportedOperation', `The local SQS does not implement ${operation}: it has one message a call, and queues come from the template.`);
    }
    const queueOperation = QUEUE_OPERATIONS[operation];
    const queue = this.queueAt(requiredText(input, 'QueueUrl'));
    this.authorize(caller, queue, queueOperation);
    onlyParameters(input, operation, ['QueueUrl', ...queueOperation.parameters]);
    return queueOperation.run(queue, call);
  }

  private authorize(caller: Caller, queue: Queue, operation: QueueOperation, context: ConditionContext = {}): void {
    const { arn, kmsKeyArn } = queue.definition;
    this.options.authorizer.authorize(caller, `sqs:${operation.action}`, arn, context);
    if (kmsKeyArn === undefined) return;
    for (const action of operation.keyActions ?? []) {
      this.options.authorizer.authorize(caller, action, kmsKeyArn, {
        ...context,
        'kms:ViaService': `sqs.${this.options.region}.amazonaws.com`,
        'kms:CallerAccount': this.options.accountId,
        'kms:EncryptionContext:aws:sqs:arn': arn,
        'kms:EncryptionContextKeys': ['aws:sqs:arn'],
      });
    }
  }

  private getQueueUrl({ input, caller, host }: JsonCall): JsonObject {
    const name = requiredText(input, 'QueueName');
    onlyParameters(input, 'GetQueueUrl', ['QueueName', 'QueueOwnerAWSAccountId']);
    const queue = this.queues.find(each => each.definition.name === name);
    this.options.authorizer.authorize(caller, 'sqs:GetQueueUrl', queue?.definition.arn ?? this.arnOf(name));
    if (!queue) throw queueDoesNotExist(name);
    return { QueueUrl: this.urlOf(queue, host) };
  }

  private listQueues({ input, caller, host }: JsonCall): JsonObject {
    onlyParameters(input, 'ListQueues', ['QueueNamePrefix']);
    this.options.authorizer.authorize(caller, 'sqs:ListQueues', this.arnOf('*'));
    const prefix = typeof input.QueueNamePrefix === 'string' ? input.QueueNamePrefix : '';
    return { QueueUrls: this.queues.filter(queue => queue.definition.name.startsWith(prefix)).map(queue => this.urlOf(queue, host)) };
  }

  /** A queue's URL ends in account and name; the host before it does not matter. */
  private queueAt(url: string): Queue {
    const queue = this.queues.find(({ definition: { name, url: given } }) => url === given || url.endsWith(`/${this.options.accountId}/${name}`));
    if (!queue) throw queueDoesNotExist(url);
    return queue;
  }

  private urlOf(queue: Queue, host: string): string {
    return queue.definition.url ?? `http://${host}/${this.options.accountId}/${queue.definition.name}`;
  }

  private arnOf(name: string): string {
    return `arn:aws:sqs:${this.options.region}:${this.options.accountId}:${name}`;
  }
}

function queueDoesNotExist(received: string): ServiceError {
  return new ServiceError('QueueDoesNotExist', `The specified queue does not exist: ${received}`);
}

function checkDefinition({ name, arn, redrivePolicy }: QueueDefinition, all: readonly QueueDefinition[]): void {
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw new Error(`queue "${name}": the local SQS has standard queues only, whose names are 1 to 80 letters, digits, hyphens and underscores`);
  }
  if (!redrivePolicy) return;
  const { deadLetterTargetArn, maxReceiveCount } = redrivePolicy;
  if (deadLetterTargetArn === arn || !all.some(each => each.arn === deadLetterTargetArn)) {
    throw new Error(`queue ${name}: its dead-letter queue ${deadLetterTargetArn} is not another queue of the template`);
  }
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1) {
    throw new Error(`queue ${name}: maxReceiveCount must be a whole number from 1, received ${JSON.stringify(maxReceiveCount)}`);
  }
}
