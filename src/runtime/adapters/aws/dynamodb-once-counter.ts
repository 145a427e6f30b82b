import { randomUUID } from 'crypto';
import { CatalogTable } from './dynamodb-table';
import { Item, itemKey, videoItemKey, videoPartition } from './dynamodb-video-item';
import { CATALOG_EXPIRY_ATTRIBUTE, CATALOG_PARTITION_KEY } from '../../contract';
import { Tally } from '../../ports/library-catalog';

export interface OnceCounterOptions {
  /** Counter on the video's item. */
  readonly attribute: 'views' | 'likes';
  /** Sort key prefix of the markers: `LIKE#`. */
  readonly markerPrefix: string;
  /** Seconds after which a marker may be forgotten; without it, it is kept. */
  readonly markerSeconds?: number;
  readonly now: () => Date;
}

/**
 * Counts something once per id, with two single-item writes: first a marker for the id, then the counter.
 *
 * What holds when the process dies between the two: the marker stands and the counter stays one short. A repeat finds the
 * marker and does not count again. We chose this order because a number that is one too low after a crash harms nobody, while
 * the other order would let anyone who can make a request fail drive the number up. So: never counted twice, lost at most
 * once a crash.
 *
 * A write whose answer is lost is sent again by the SDK. Both writes carry the attempt's own id, so the second sending is
 * recognized: as "the marker is mine" and as "the counter's last addition was mine".
 */
export class OnceCounter {
  constructor(private readonly table: CatalogTable, private readonly options: OnceCounterOptions) {}

  /** The counter as it is now; undefined when there is no such video. */
  async count(videoId: string, id: string): Promise<Tally | undefined> {
    const attempt = randomUUID();
    return await this.mark(videoId, id, attempt) ? this.add(videoId, attempt) : this.current(videoId, false);
  }

  private async mark(videoId: string, id: string, attempt: string): Promise<boolean> {
    const key = itemKey(videoPartition(videoId), `${this.options.markerPrefix}${id}`);
    const marker: Item = { ...key, attempt: { S: attempt }, ...this.expiry() };
    if (await this.table.put(marker, { expression: `attribute_not_exists(${CATALOG_PARTITION_KEY})` })) return true;
    return (await this.table.get(key))?.attempt?.S === attempt;
  }

  private async add(videoId: string, attempt: string): Promise<Tally | undefined> {
    const { attribute } = this.options;
    const updated = await this.table.update(videoItemKey(videoId), {
      expression: 'ADD #counter :one SET #last = :attempt',
      condition: `attribute_exists(${CATALOG_PARTITION_KEY}) AND (attribute_not_exists(#last) OR #last <> :attempt)`,
      names: { '#counter': attribute, '#last': `last_${attribute}_attempt` },
      values: { ':one': { N: '1' }, ':attempt': { S: attempt } },
    }, 'UPDATED_NEW');
    // Refused although the marker is ours: the first sending of this very addition arrived, or the video is gone.
    return updated ? { total: Number(updated[attribute]?.N), counted: true } : this.current(videoId, true);
  }

  private async current(videoId: string, counted: boolean): Promise<Tally | undefined> {
    const video = await this.table.get(videoItemKey(videoId));
    return video && { total: Number(video[this.options.attribute]?.N ?? 0), counted };
  }

  private expiry(): Item {
    const { markerSeconds, now } = this.options;
    if (markerSeconds === undefined) return {};
    return { [CATALOG_EXPIRY_ATTRIBUTE]: { N: String(Math.floor(now().getTime() / 1000) + markerSeconds) } };
  }
}
