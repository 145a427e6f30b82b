/** The lease as stored on the video's item, who may take it, and the one write that takes it. Pure. */
import { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { Item, toAttribute } from './dynamodb-video-item';
import { CATALOG_EXPIRY_ATTRIBUTE } from '../../contract';
import { isFinal, TRANSITIONS, Video, VideoStatus } from '../../domain/video';
import { LeaseObservation, LeaseOutcome, Work } from '../../ports/processing-catalog';

export interface LeaseState {
  /** Undefined while the lease is free. */
  readonly owner?: string;
  /** Grows by one each time the lease is taken, and is never reused: the fencing token. 0 before the first. */
  readonly epoch: number;
  /** Grows with every heartbeat of the owner. */
  readonly renewals: number;
  /** The newest source seen. */
  readonly sequencer: string;
  /** The message that the lease was last taken for. */
  readonly messageId?: string;
  readonly receiveCount: number;
}

export function readLease(item: Item): LeaseState {
  return {
    owner: item.leaseOwner?.S,
    epoch: Number(item.leaseEpoch?.N ?? 0),
    renewals: Number(item.leaseRenewals?.N ?? 0),
    sequencer: item.sequencer?.S ?? '',
    messageId: item.leaseMessageId?.S,
    receiveCount: Number(item.leaseReceiveCount?.N ?? 0),
  };
}

export function decideLease(
  video: Video, seen: LeaseState, work: Work, stale: LeaseObservation | undefined,
): Exclude<LeaseOutcome, { kind: 'acquired' }> | { readonly kind: 'take' } {
  if (isFinal(video.status)) return { kind: 'finished', video };
  if (work.sequencer < seen.sequencer) return { kind: 'superseded' };
  if (work.sequencer > seen.sequencer) return { kind: 'take' };
  if (video.status === VideoStatus.FAILED && failedBefore(seen, work)) return { kind: 'failed', video };
  if (seen.owner === undefined) return { kind: 'take' };
  const observation = { epoch: seen.epoch, renewals: seen.renewals };
  const unchanged = stale?.epoch === observation.epoch && stale.renewals === observation.renewals;
  return unchanged ? { kind: 'take' } : { kind: 'held', observation };
}

/** A redriven message has a new id or, at the least, a receive count that starts anew. */
function failedBefore(seen: LeaseState, { delivery }: Work): boolean {
  return seen.messageId === delivery.messageId && delivery.receiveCount > seen.receiveCount;
}

/** Asserts everything that the decision was based on, so that a change in between refuses the write. */
export function takeLease(
  work: Work, owner: string, seen: LeaseState, status: VideoStatus, stamps: { readonly now: string; readonly until: string },
): Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  return {
    UpdateExpression: 'SET #status = :to, leaseOwner = :owner, leaseEpoch = :epoch, leaseRenewals = :zero, leaseUntil = :until, '
      + 'leaseWorkId = :work, sequencer = :sequencer, leaseMessageId = :message, leaseReceiveCount = :receives, updatedAt = :now '
      // A video that is being processed is no longer an upload that may expire.
      + 'REMOVE failure, progress, #expiry',
    ConditionExpression: [
      '#status = :seenStatus',
      seen.epoch === 0 ? 'attribute_not_exists(leaseEpoch)' : 'leaseEpoch = :seenEpoch',
      seen.owner === undefined ? 'attribute_not_exists(leaseOwner)' : 'leaseOwner = :seenOwner AND leaseRenewals = :seenRenewals',
    ].join(' AND '),
    ExpressionAttributeNames: { '#status': 'status', '#expiry': CATALOG_EXPIRY_ATTRIBUTE },
    ExpressionAttributeValues: {
      ':to': { S: TRANSITIONS.start.to },
      ':owner': { S: owner },
      ':epoch': { N: String(seen.epoch + 1) },
      ':zero': { N: '0' },
      ':until': { S: stamps.until },
      ':now': { S: stamps.now },
      ':work': { S: work.workId },
      ':sequencer': { S: work.sequencer },
      ':message': { S: work.delivery.messageId },
      ':receives': toAttribute(work.delivery.receiveCount),
      ':seenStatus': { S: status },
      ...seen.epoch > 0 && { ':seenEpoch': { N: String(seen.epoch) } },
      ...seen.owner !== undefined && { ':seenOwner': { S: seen.owner }, ':seenRenewals': { N: String(seen.renewals) } },
    },
  };
}
