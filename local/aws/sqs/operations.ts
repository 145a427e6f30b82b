import { JsonObject, ServiceError } from '../http-json';
import { JsonCall } from '../json-service';
import { invalid, messageAttributes, messageBody, requiredText, textList, wholeNumber } from './input';
import { md5, md5OfAttributes, sizeOf, StoredMessage } from './message';
import { isReceiptHandle, MAX_VISIBILITY_SECONDS, Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import { received } from './received-message';

/** An operation on one queue. `parameters` are those it implements; any other is refused. */
export interface QueueOperation {
  /** What the caller must be allowed to do. */
  readonly action: string;
  readonly parameters: readonly string[];
  /** Permissions on the queue's KMS key that SQS uses in the caller's name. */
  readonly keyActions?: readonly string[];
  run(queue: Queue, call: JsonCall): JsonObject | Promise<JsonObject>;
}

const ENCRYPTS = ['kms:GenerateDataKey', 'kms:Decrypt'];
const DECRYPTS = ['kms:Decrypt'];
const MAX_DELAY_SECONDS = 900;
const MAX_WAIT_SECONDS = 20;

export const QUEUE_OPERATIONS: Readonly<Record<string, QueueOperation>> = {
  SendMessage: {
    action: 'SendMessage',
    parameters: ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageSystemAttributes'],
    keyActions: ENCRYPTS,
    run: (queue, call) => send(queue, call.input, call.caller.accessKeyId),
  },
  ReceiveMessage: {
    action: 'ReceiveMessage',
    parameters: ['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'AttributeNames', 'MessageSystemAttributeNames', 'MessageAttributeNames'],
    keyActions: DECRYPTS,
    run: receive,
  },
  DeleteMessage: { action: 'DeleteMessage', parameters: ['ReceiptHandle'], run: (queue, call) => deleteMessage(queue, call.input) },
  ChangeMessageVisibility: {
    action: 'ChangeMessageVisibility',
    parameters: ['ReceiptHandle', 'VisibilityTimeout'],
    run: (queue, call) => changeVisibility(queue, call.input),
  },
  GetQueueAttributes: {
    action: 'GetQueueAttributes',
    parameters: ['AttributeNames'],
    run: (queue, call) => ({ Attributes: queueAttributes(queue, textList(call.input, 'AttributeNames')) }),
  },
  PurgeQueue: { action: 'PurgeQueue', parameters: [], run: queue => (queue.purge(), {}) },
};

function send(queue: Queue, input: JsonObject, senderId: string): JsonObject {
  const body = messageBody(input);
  const attributes = messageAttributes(input, 'MessageAttributes');
  const systemAttributes = systemAttributesOf(input);
  const limit = queue.definition.maximumMessageSize;
  if (sizeOf(body, attributes) > limit) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  const delay = wholeNumber(input, 'DelaySeconds', [0, MAX_DELAY_SECONDS], queue.definition.delay);
  const { id } = queue.send({ body, attributes, systemAttributes, senderId }, delay);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(systemAttributes),
  };
}

function systemAttributesOf(input: JsonObject): ReturnType<typeof messageAttributes> {
  const attributes = messageAttributes(input, 'MessageSystemAttributes');
  const unknown = Object.keys(attributes ?? {}).filter(name => name !== 'AWSTraceHeader');
  if (unknown.length > 0) throw invalid(`Message system attribute ${unknown.join(', ')} is unknown; only AWSTraceHeader can be sent.`);
  return attributes;
}

async function receive(queue: Queue, { input, signal }: JsonCall): Promise<JsonObject> {
  const { definition } = queue;
  const messages = await queue.receive(
    wholeNumber(input, 'MaxNumberOfMessages', [1, 10], 1),
    wholeNumber(input, 'VisibilityTimeout', [0, MAX_VISIBILITY_SECONDS], definition.visibilityTimeout),
    wholeNumber(input, 'WaitTimeSeconds', [0, MAX_WAIT_SECONDS], definition.receiveWaitTime),
    signal,
  );
  const systemNames = [...textList(input, 'AttributeNames'), ...textList(input, 'MessageSystemAttributeNames')];
  const attributeNames = textList(input, 'MessageAttributeNames');
  return messages.length === 0 ? {} : { Messages: messages.map(message => received(message, systemNames, attributeNames)) };
}

function deleteMessage(queue: Queue, input: JsonObject): JsonObject {
  queue.delete(receiptHandleOf(input));
  return {};
}

function changeVisibility(queue: Queue, input: JsonObject): JsonObject {
  const handle = receiptHandleOf(input);
  const seconds = wholeNumber(input, 'VisibilityTimeout', [0, MAX_VISIBILITY_SECONDS]);
  const message = queue.inFlight(handle);
  if (!message) {
    throw invalid(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`);
  }
  checkTotalVisibility(queue, message, seconds);
  queue.changeVisibility(message, seconds);
  return {};
}

function checkTotalVisibility(queue: Queue, message: StoredMessage, seconds: number): void {
  if (queue.secondsSinceReceive(message) + seconds <= MAX_VISIBILITY_SECONDS) return;
  throw invalid(`Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`);
}

function receiptHandleOf(input: JsonObject): string {
  const handle = requiredText(input, 'ReceiptHandle');
  if (!isReceiptHandle(handle)) throw new ServiceError('ReceiptHandleIsInvalid', `The input receipt handle "${handle.slice(0, 200)}" is not a valid receipt handle.`);
  return handle;
}
