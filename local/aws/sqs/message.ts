import { createHash } from 'crypto';

/** `MessageAttributeValue` on the wire; binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message in a queue. Times are milliseconds since the epoch. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly systemAttributes?: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: number;
  /** Queue from which the message was dead-lettered. */
  readonly deadLetterSourceArn?: string;
  /** From this moment a receive may return it. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  lastReceivedAt?: number;
  /** Of the latest receive; earlier ones no longer count. */
  receiptHandle?: string;
}

/** What changes in a message while it is in a queue. */
export type MessageProgress = Pick<StoredMessage, 'visibleAt' | 'receiveCount' | 'firstReceivedAt' | 'lastReceivedAt' | 'receiptHandle'>;

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The digest that SQS gives for attributes: sorted by name, every piece with its length before it. */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const update = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes![name];
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    const isBinary = attribute.DataType.startsWith('Binary');
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    update(isBinary ? Buffer.from(attribute.BinaryValue ?? '', 'base64') : Buffer.from(attribute.StringValue ?? ''));
  }
  return hash.digest('hex');
}

/** Bytes that count against the size limit: the body and the attributes' names, types and values. */
export function sizeOf(body: string, attributes: MessageAttributes = {}): number {
  const size = (text: string | undefined) => Buffer.byteLength(text ?? '');
  return Object.entries(attributes).reduce((total, [name, { DataType, StringValue, BinaryValue }]) =>
    total + size(name) + size(DataType) + size(StringValue) + Buffer.from(BinaryValue ?? '', 'base64').length, size(body));
}
