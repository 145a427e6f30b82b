import {
  ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, Message, ReceiveMessageCommand,
  ReceiveMessageCommandInput, SendMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import { Platform } from './platform';
import { GatewayOptions } from '../../../../local/aws/gateway';

/** A running gateway and its job queue, worked through the SDK client as the operator. */
export class QueueDriver {
  platform!: Platform;
  sqs!: SQSClient;
  /** The gateway's clock ahead of the real one, so that no test waits for a real visibility timeout. */
  private skewMs = 0;

  async start(overrides: Partial<GatewayOptions> = {}): Promise<void> {
    this.platform = await Platform.start({ now: () => new Date(Date.now() + this.skewMs), ...overrides });
    this.sqs = this.platform.sqs();
  }

  async close(): Promise<void> {
    await this.platform.close();
    this.skewMs = 0;
  }

  async restart(overrides: Partial<GatewayOptions> = {}): Promise<void> {
    await this.platform.stop();
    await this.start({ stateDir: this.platform.stateDir, ...overrides });
  }

  /** Service and caller agree on the time, as they do in the cloud: a signature of another day would be refused. */
  advanceClockTo(ms: number): void {
    this.skewMs = ms;
    this.sqs.config.systemClockOffset = ms;
  }

  /** Returns the message's id. */
  async send(body: string): Promise<string> {
    return (await this.sqs.send(new SendMessageCommand({ QueueUrl: this.platform.jobsUrl, MessageBody: body }))).MessageId!;
  }

  async receive(input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl: this.platform.jobsUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...input,
    }));
    return Messages;
  }

  async changeVisibility({ ReceiptHandle }: Message, VisibilityTimeout: number): Promise<void> {
    await this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: this.platform.jobsUrl, ReceiptHandle, VisibilityTimeout }));
  }

  async deleteMessage({ ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.platform.jobsUrl, ReceiptHandle }));
  }

  /** Visible, in flight, delayed. */
  async counts(url = this.platform.jobsUrl): Promise<number[]> {
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    return (['', 'NotVisible', 'Delayed'] as const).map(kind => Number(Attributes[`ApproximateNumberOfMessages${kind}`]));
  }
}

export async function elapsed<T>(run: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  return { result: await run(), ms: performance.now() - started };
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
