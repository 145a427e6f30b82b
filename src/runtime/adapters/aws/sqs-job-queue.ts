import { ChangeMessageVisibilityCommand, DeleteMessageCommand, Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsFailure } from './aws-failure';
import { JobQueue, QueueMessage } from '../../ports/job-queue';

/** The longest wait that SQS offers; an empty receive costs as much as a full one. */
const LONG_POLL_SECONDS = 20;
/** The answer to a long poll may arrive a little after the wait is over. */
const RECEIVE_TIMEOUT_MS = (LONG_POLL_SECONDS + 5) * 1000;

export interface SqsJobQueueOptions {
  readonly queueUrl: string;
  /**
   * How long a message stays hidden after the receive itself; the first heartbeat, sent at once, extends it.
   * Short, so that a message which SQS handed to a poll that was cut off (a stopping worker) is back within seconds.
   */
  readonly receiveVisibilitySeconds: number;
}

export class SqsJobQueue implements JobQueue {
  constructor(private readonly client: SQSClient, private readonly options: SqsJobQueueOptions) {}

  async receive(max: number, signal: AbortSignal): Promise<readonly QueueMessage[]> {
    if (signal.aborted) return [];
    try {
      const { Messages = [] } = await this.client.send(new ReceiveMessageCommand({
        QueueUrl: this.options.queueUrl,
        MaxNumberOfMessages: Math.min(max, 10),
        WaitTimeSeconds: LONG_POLL_SECONDS,
        VisibilityTimeout: this.options.receiveVisibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }), { abortSignal: signal, requestTimeout: RECEIVE_TIMEOUT_MS });
      return Messages.map(toQueueMessage);
    } catch (error) {
      if (signal.aborted) return [];
      throw awsFailure(error, 'Receiving from the job queue');
    }
  }

  async changeVisibility(message: QueueMessage, seconds: number): Promise<void> {
    try {
      await this.client.send(new ChangeMessageVisibilityCommand({
        QueueUrl: this.options.queueUrl, ReceiptHandle: message.receiptHandle, VisibilityTimeout: seconds,
      }));
    } catch (error) {
      throw awsFailure(error, `Changing the visibility of message ${message.messageId}`);
    }
  }

  async delete(message: QueueMessage): Promise<void> {
    try {
      await this.client.send(new DeleteMessageCommand({ QueueUrl: this.options.queueUrl, ReceiptHandle: message.receiptHandle }));
    } catch (error) {
      throw awsFailure(error, `Deleting message ${message.messageId}`);
    }
  }
}

function toQueueMessage(message: Message): QueueMessage {
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle!,
    body: message.Body ?? '',
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
  };
}
