import { randomBytes, randomUUID } from 'crypto';
import { Now } from '../types';
import { Journal } from './journal';
import { LongPolls } from './long-polls';
import { StoredMessage } from './message';

/** A resolved `AWS::SQS::Queue`; durations in seconds. */
export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  /** @default - the gateway's URL, then account and name */
  readonly url?: string;
  /** @default 30 */
  readonly visibilityTimeout?: number;
  /** @default 0 */
  readonly receiveWaitTime?: number;
  /** @default 345600 (four days) */
  readonly retention?: number;
  /** @default 0 */
  readonly delay?: number;
  /** Bytes. @default 1048576 */
  readonly maximumMessageSize?: number;
  readonly redrivePolicy?: RedrivePolicy;
  readonly kmsKeyArn?: string;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export interface QueueOptions {
  readonly journalFile: string;
  readonly now: Now;
  /** The queue that `redrivePolicy` names. */
  readonly deadLetterQueue: () => Queue | undefined;
}

export type NewMessage = Pick<StoredMessage, 'body' | 'attributes' | 'systemAttributes' | 'senderId'>;
export type QueueCounts = { readonly visible: number; readonly inFlight: number; readonly delayed: number };

/** Twelve hours after its receive a message becomes visible, however often its visibility was extended. */
export const MAX_VISIBILITY_SECONDS = 43_200;

/** What SQS uses where the template says nothing. */
const DEFAULTS = { visibilityTimeout: 30, receiveWaitTime: 0, retention: 345_600, delay: 0, maximumMessageSize: 1_048_576 };

/**
 * A standard queue: messages wait, become invisible when received, come back when their time is over, and move to
 * the dead-letter queue on the receive after the last one allowed.
 */
export class Queue {
  readonly definition: QueueDefinition & typeof DEFAULTS;
  readonly openedAt: Date;
  private readonly journal: Journal;
  private readonly messages: Map<string, StoredMessage>;
  private readonly longPolls: LongPolls;

  constructor(definition: QueueDefinition, private readonly options: QueueOptions) {
    this.definition = { ...DEFAULTS, ...definition };
    ({ journal: this.journal, messages: this.messages } = Journal.open(options.journalFile));
    this.openedAt = options.now();
    this.longPolls = new LongPolls(() => this.nextVisibleAt(), () => this.time());
  }

  send(message: NewMessage, delaySeconds: number = this.definition.delay): StoredMessage {
    const sentAt = this.time();
    return this.add({ ...contentOf(message), id: randomUUID(), sentAt, visibleAt: sentAt + delaySeconds * 1000, receiveCount: 0 });
  }

  /** Takes in a message that another queue gave up; its age goes on counting. */
  addDeadLetter(message: StoredMessage, sourceArn: string): void {
    const { id, sentAt } = message;
    this.add({ ...contentOf(message), id, sentAt, visibleAt: this.time(), receiveCount: 0, deadLetterSourceArn: sourceArn });
  }

  /** Resolves as soon as there is a message, or empty when the wait is over, the caller gone or the queue closed. */
  async receive(max: number, visibilitySeconds: number, waitSeconds: number, signal: AbortSignal): Promise<StoredMessage[]> {
    const take = () => this.take(max, visibilitySeconds);
    const received = take();
    return received.length > 0 || waitSeconds === 0 ? received : this.longPolls.wait(take, waitSeconds, signal);
  }

  /** Deletes by the latest receipt; an outdated one changes nothing, as for a message that is gone. */
  delete(receiptHandle: string): void {
    const message = this.findByReceipt(receiptHandle);
    if (message) this.remove(message);
  }

  /** The message in flight under this receipt. */
  inFlight(receiptHandle: string): StoredMessage | undefined {
    const message = this.findByReceipt(receiptHandle);
    return message && message.visibleAt > this.time() ? message : undefined;
  }

  changeVisibility(message: StoredMessage, seconds: number): void {
    message.visibleAt = this.time() + seconds * 1000;
    this.journal.progress(message);
    this.longPolls.dispatch();
  }

  secondsSinceReceive(message: StoredMessage): number {
    return (this.time() - (message.lastReceivedAt ?? this.time())) / 1000;
  }

  counts(): QueueCounts {
    this.dropExpired();
    const hidden = [...this.messages.values()].filter(message => message.visibleAt > this.time());
    const inFlight = hidden.filter(message => message.receiptHandle !== undefined).length;
    return { visible: this.messages.size - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Hands every message that is visible now and wanted to `move`, then forgets it: a kill between leaves it twice, not lost. */
  drain(wanted: (message: StoredMessage) => boolean, move: (message: StoredMessage) => void): number {
    this.dropExpired();
    const visible = [...this.messages.values()].filter(message => message.visibleAt <= this.time() && wanted(message));
    for (const message of visible) {
      move(message);
      this.remove(message);
    }
    return visible.length;
  }

  purge(): void {
    this.messages.forEach(message => this.remove(message));
  }

  close(): void {
    this.longPolls.close();
    this.journal.close();
  }

  private add(message: StoredMessage): StoredMessage {
    this.journal.put(message);
    this.messages.set(message.id, message);
    this.longPolls.dispatch();
    return message;
  }

  private take(max: number, visibilitySeconds: number): StoredMessage[] {
    this.dropExpired();
    const taken: StoredMessage[] = [];
    for (const message of this.messages.values()) {
      if (taken.length === max) break;
      if (message.visibleAt > this.time() || this.moveToDeadLetters(message)) continue;
      this.markReceived(message, visibilitySeconds);
      taken.push(message);
    }
    return taken;
  }

  private markReceived(message: StoredMessage, visibilitySeconds: number): void {
    const time = this.time();
    message.receiveCount++;
    message.firstReceivedAt ??= time;
    message.lastReceivedAt = time;
    message.visibleAt = time + visibilitySeconds * 1000;
    message.receiptHandle = `${message.id}.${randomBytes(18).toString('base64url')}`;
    this.journal.progress(message);
  }

  private moveToDeadLetters(message: StoredMessage): boolean {
    const { redrivePolicy } = this.definition;
    if (!redrivePolicy || message.receiveCount < redrivePolicy.maxReceiveCount) return false;
    // Into the other journal first: a kill between the two leaves the message twice, never lost.
    this.options.deadLetterQueue()!.addDeadLetter(message, this.definition.arn);
    this.remove(message);
    return true;
  }

  private remove(message: StoredMessage): void {
    this.messages.delete(message.id);
    this.journal.delete(message.id);
    this.journal.compactWhenWorthIt(this.messages);
  }

  private dropExpired(): void {
    const oldest = this.time() - this.definition.retention * 1000;
    this.messages.forEach(message => {
      if (message.sentAt < oldest) this.remove(message);
    });
  }

  private findByReceipt(receiptHandle: string): StoredMessage | undefined {
    const message = this.messages.get(receiptHandle.slice(0, receiptHandle.indexOf('.')));
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  private nextVisibleAt(): number | undefined {
    const times = [...this.messages.values()].map(message => message.visibleAt);
    return times.length === 0 ? undefined : times.reduce((earliest, each) => Math.min(earliest, each));
  }

  private time(): number {
    return this.options.now().getTime();
  }
}

function contentOf({ body, attributes, systemAttributes, senderId }: NewMessage): NewMessage {
  return { body, attributes, systemAttributes, senderId };
}

/** Whether a text could be a receipt handle of ours at all. */
export function isReceiptHandle(text: string): boolean {
  return /^[0-9a-f-]{36}\.[\w-]{24}$/.test(text);
}
