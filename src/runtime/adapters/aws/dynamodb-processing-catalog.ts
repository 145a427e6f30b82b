import {
  ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, UpdateItemCommand, UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { awsFailure } from './aws-failure';
import { decideLease, LeaseState, readLease, takeLease } from './dynamodb-lease';
import { fromVideoItem, Item, toAttribute, videoItemKey } from './dynamodb-video-item';
import { statusChange } from './status-change';
import { LeaseLostError } from '../../domain/errors';
import { Failure, Progress, PublishedMedia, Transition, TRANSITIONS, Video, VideoStatus } from '../../domain/video';
import { Clock } from '../../ports/clock';
import { Lease, LeaseObservation, LeaseOutcome, LeaseView, ProcessingCatalog, Work } from '../../ports/processing-catalog';

/** A conditional write that loses a race is decided anew; each loss means that another worker made progress. */
const ACQUIRE_ATTEMPTS = 5;
const CURRENT_LEASE = 'leaseOwner = :owner AND leaseEpoch = :epoch';

/** The owner of a lease writes to a video that it is processing; the state stays. */
const HOLD: Transition = { from: [TRANSITIONS.start.to], to: TRANSITIONS.start.to };

export interface ProcessingCatalogOptions {
  readonly table: string;
  /** For `leaseUntil`, which people read; no decision depends on it. */
  readonly leaseSeconds: number;
}

/** The worker's side of the catalog table. When the answer to a write is lost, the item itself says what happened. */
export class DynamoDbProcessingCatalog implements ProcessingCatalog {
  constructor(private readonly client: DynamoDBClient, private readonly clock: Clock, private readonly options: ProcessingCatalogOptions) {}

  async get(videoId: string): Promise<Video | undefined> {
    const item = await this.read(videoId);
    return item && fromVideoItem(item);
  }

  async acquire(work: Work, owner: string, stale?: LeaseObservation): Promise<LeaseOutcome> {
    for (let attempt = 1; attempt <= ACQUIRE_ATTEMPTS; attempt++) {
      const item = await this.read(work.videoId);
      if (!item) return { kind: 'unknown' };
      const video = fromVideoItem(item);
      const seen = readLease(item);
      if (seen.owner === owner && video.status === VideoStatus.PROCESSING) return acquired(work, owner, seen.epoch, video);
      const decision = decideLease(video, seen, work, stale);
      if (decision.kind !== 'take') return decision;
      const taken = await this.write({
        ...this.target(work.videoId), ...takeLease(work, owner, seen, video.status, this.stamps()), ReturnValues: 'ALL_NEW',
      });
      if (taken) return acquired(work, owner, seen.epoch + 1, fromVideoItem(taken));
    }
    // A worker that wins this often is alive: look again later.
    return { kind: 'held', observation: { epoch: -1, renewals: -1 } };
  }

  async observe(work: Work): Promise<LeaseView> {
    const item = await this.read(work.videoId);
    if (!item) return { kind: 'unknown' };
    const view = decideLease(fromVideoItem(item), readLease(item), work, undefined);
    return view.kind === 'take' ? { kind: 'free' } : view;
  }

  async renew(lease: Lease): Promise<void> {
    await this.writeUnderLease(lease, HOLD, 'SET leaseUntil = :until ADD leaseRenewals :one', {
      ':until': toAttribute(this.stamps().until), ':one': { N: '1' },
    });
  }

  async reportProgress(lease: Lease, progress: Progress): Promise<void> {
    await this.writeUnderLease(lease, HOLD, 'SET progress = :progress, updatedAt = :now', {
      ':progress': toAttribute(progress), ':now': toAttribute(this.stamps().now),
    });
  }

  async publish(lease: Lease, media: PublishedMedia, sizeBytes: number): Promise<void> {
    await this.writeUnderLease(lease, TRANSITIONS.publish,
      'SET #status = :to, published = :media, sizeBytes = :size, updatedAt = :now REMOVE progress, failure, leaseOwner, leaseUntil', {
        ':media': toAttribute(media),
        ':size': toAttribute(sizeBytes),
        ':now': toAttribute(this.stamps().now),
      }, ({ status, published }) => status === VideoStatus.READY && published?.epoch === lease.epoch && published.workId === lease.workId);
  }

  async finish(lease: Lease, status: VideoStatus.REJECTED | VideoStatus.FAILED, failure: Failure): Promise<void> {
    await this.writeUnderLease(lease, status === VideoStatus.REJECTED ? TRANSITIONS.reject : TRANSITIONS.fail,
      'SET #status = :to, failure = :failure, updatedAt = :now REMOVE progress, leaseOwner, leaseUntil', {
        ':failure': toAttribute(failure), ':now': toAttribute(this.stamps().now),
      }, endedAs(lease, status));
  }

  async release(lease: Lease): Promise<void> {
    await this.writeUnderLease(lease, TRANSITIONS.retry, 'SET #status = :to, updatedAt = :now REMOVE progress, leaseOwner, leaseUntil', {
      ':now': toAttribute(this.stamps().now),
    }, endedAs(lease, TRANSITIONS.retry.to));
  }

  /** Writes while the lease is ours. `alreadyDone` recognises our own earlier write whose answer never arrived. */
  private async writeUnderLease(
    lease: Lease, transition: Transition, update: string, values: Item,
    alreadyDone: (video: Video, state: LeaseState) => boolean = () => false,
  ): Promise<void> {
    const { condition, values: { ':to': to, ...from } } = statusChange(transition);
    const written = await this.write({
      ...this.target(lease.videoId),
      UpdateExpression: update,
      ConditionExpression: `${CURRENT_LEASE} AND ${condition}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ...values,
        ':owner': { S: lease.owner },
        ':epoch': { N: String(lease.epoch) },
        ...from,
        // DynamoDB refuses a value that no expression uses.
        ...update.includes(':to') && { ':to': to },
      },
      ReturnValues: 'NONE',
    });
    if (written) return;
    const item = await this.read(lease.videoId);
    if (item && alreadyDone(fromVideoItem(item), readLease(item))) return;
    throw new LeaseLostError(`The lease on video ${lease.videoId} at epoch ${lease.epoch} is no longer ours; the write was refused.`);
  }

  private async read(videoId: string): Promise<Item | undefined> {
    try {
      const answer = await this.client.send(new GetItemCommand({ ...this.target(videoId), ConsistentRead: true }));
      return answer.Item;
    } catch (error) {
      throw awsFailure(error, `Reading video ${videoId} from the catalog`);
    }
  }

  /** The attributes asked for, or undefined when the condition did not hold. */
  private async write(input: UpdateItemCommandInput): Promise<Item | undefined> {
    try {
      const { Attributes } = await this.client.send(new UpdateItemCommand(input));
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw awsFailure(error, 'Writing to the catalog');
    }
  }

  private target(videoId: string): { TableName: string; Key: Item } {
    return { TableName: this.options.table, Key: videoItemKey(videoId) };
  }

  private stamps(): { now: string; until: string } {
    const now = this.clock.now();
    return { now: now.toISOString(), until: new Date(now.getTime() + this.options.leaseSeconds * 1000).toISOString() };
  }
}

function acquired(work: Work, owner: string, epoch: number, video: Video): LeaseOutcome {
  return { kind: 'acquired', lease: { videoId: work.videoId, workId: work.workId, owner, epoch }, video };
}

function endedAs(lease: Lease, status: VideoStatus) {
  return (video: Video, state: LeaseState) => video.status === status && state.epoch === lease.epoch && state.owner === undefined;
}
