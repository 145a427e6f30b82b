/** The job queue, as the processor needs it. */

export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
}

export interface JobQueue {
  /** Waits up to 20 s (long polling) for at most `max` messages; returns early and empty when the signal aborts. */
  receive(max: number, signal: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Hides the message for so many seconds from now; 0 makes it visible at once. */
  changeVisibility(message: QueueMessage, seconds: number): Promise<void>;
  delete(message: QueueMessage): Promise<void>;
}
