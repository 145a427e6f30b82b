import { createHash } from 'node:crypto';
import { JobMessage } from './parse-job-message';
import { comparableSequencer, LadderProfileSpec } from '../../contract';
import { QueueMessage } from '../../ports/job-queue';
import { Work } from '../../ports/processing-catalog';

/** The same source at the same version through the same ladder is the same work, however often it is asked for. */
export function workOf({ videoId, event }: JobMessage, message: QueueMessage, profile: LadderProfileSpec): Work {
  const { bucket, object } = event.detail;
  const identity = [bucket.name, object.key, object['version-id'] ?? '', profile.name, profile.version];
  return {
    videoId,
    // JSON keeps the parts apart: no two lists make the same text.
    workId: createHash('sha256').update(JSON.stringify(identity)).digest('hex'),
    sequencer: comparableSequencer(object.sequencer),
    delivery: { messageId: message.messageId, receiveCount: message.receiveCount },
  };
}
