import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsFailure } from './aws-failure';
import { JobCounter, JobCounts } from '../../ports/job-count';

/** The queue's own counts. Being asked also keeps the queue active, so that its metrics do not stop after six idle hours. */
export class SqsJobCounter implements JobCounter {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string) {}

  async count(): Promise<JobCounts> {
    const { Attributes = {} } = await this.client.send(new GetQueueAttributesCommand({
      QueueUrl: this.queueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    })).catch(error => { throw awsFailure(error, 'Counting the jobs'); });
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }
}
