import { JsonObject } from '../http-json';
import { md5, md5OfAttributes, MessageAttributes, StoredMessage } from './message';

/** A message as ReceiveMessage returns it, with the attributes that were asked for. */
export function received(message: StoredMessage, systemNames: readonly string[], attributeNames: readonly string[]): JsonObject {
  const attributes = pick(message.attributes, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...systemAttributes(message, systemNames),
    ...attributes && { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) },
  };
}

function systemAttributes(message: StoredMessage, names: readonly string[]): JsonObject {
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    AWSTraceHeader: message.systemAttributes?.AWSTraceHeader?.StringValue,
  };
  const wanted = Object.entries(all).filter(([name, value]) => value !== undefined && (names.includes('All') || names.includes(name)));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
}

/** `All` and `.*` ask for every attribute, `prefix.*` for those that start so. */
function pick(attributes: MessageAttributes | undefined, names: readonly string[]): MessageAttributes | undefined {
  const wanted = Object.entries(attributes ?? {}).filter(([attribute]) => names.some(name =>
    name === 'All' || name === attribute || (name.endsWith('.*') && attribute.startsWith(name.slice(0, -2)))));
  return wanted.length === 0 ? undefined : Object.fromEntries(wanted);
}
