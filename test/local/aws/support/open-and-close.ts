/** Opens a gateway, leaves a long poll waiting on it and closes it: nothing may then keep the process alive. */
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { Platform } from './platform';

async function main(): Promise<void> {
  const platform = await Platform.start();
  const longPoll = new ReceiveMessageCommand({ QueueUrl: platform.jobsUrl, WaitTimeSeconds: 20 });
  const waiting = platform.sqs().send(longPoll).catch(() => undefined);
  await new Promise(resolve => setTimeout(resolve, 200));
  await platform.gateway.close();
  await waiting;
  await platform.close();
  process.stdout.write('closed\n');
}

void main();
