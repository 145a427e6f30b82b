import * as fs from 'node:fs';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalPlatform } from '../platform';

const TAIL_BYTES = 64 * 1024;

/** Why a video that is queued is not being processed yet, as far as one can tell from outside the worker. */
export class Waiting {
  private readonly sqs: SQSClient;

  constructor(private readonly platform: LocalPlatform) {
    this.sqs = new SQSClient({ endpoint: platform.endpoints.aws, region: platform.resources.region, credentials: platform.operatorCredential() });
  }

  /** The worker's own last words on the video, such as that its scratch disk is full, or the jobs that run before it. */
  async reason(videoId: string): Promise<string> {
    const { connection, workerLog } = this.platform;
    const words = lastProblem(workerLog, videoId);
    if (words !== undefined) return `will be tried again: ${words}`;
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: connection.queueUrl, AttributeNames: ['All'] }));
    const running = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
    return running > 0 ? `for ${running} older job${running === 1 ? '' : 's'}` : 'for a worker';
  }

  close(): void {
    this.sqs.destroy();
  }
}

/** @returns what the last line of level WARN or ERROR on the video says */
export function lastProblem(logFile: string, videoId: string): string | undefined {
  const lines = tail(logFile).split('\n').filter(line => line.includes(videoId)).reverse();
  for (const line of lines) {
    try {
      const entry = JSON.parse(line) as { level?: string; videoId?: string; message?: string; error?: { message?: string } | string };
      if (entry.videoId !== videoId || !['WARN', 'ERROR'].includes(entry.level ?? '')) continue;
      return (typeof entry.error === 'object' ? entry.error.message : entry.error) ?? entry.message;
    } catch {
      // The tail begins in the middle of a line.
    }
  }
  return undefined;
}

function tail(file: string): string {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    fs.readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}
