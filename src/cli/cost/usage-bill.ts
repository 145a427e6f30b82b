import { pricesOf, SPOT_DISCOUNT } from './prices';
import { Template } from './template';
import { busyHours, readWorker, spotWorkerHour, Worker, workerHour } from './worker';

export interface UsageLine {
  readonly item: string;
  /** The arithmetic, for people. */
  readonly basis: string;
  readonly cost: number;
}

export interface UsageBill {
  readonly region: string;
  readonly sourceMinutes: number;
  readonly lines: readonly UsageLine[];
  /** Dollars to take in, encode and store for a month. */
  readonly total: number;
  /** Dollars to deliver all of it once to one viewer, on top. */
  readonly watchedOnce: number;
}

/** What the bill takes for granted; change it and the price changes in proportion. */
const ASSUMPTIONS = {
  /** A phone's camera or an editor's export at 1080p. */
  sourceMbps: 8,
  /** Constant quality stays below the rung's limit most of the time. */
  shareOfMaxBitrate: 0.6,
  /** Two streams' worth of segments per rung: the video and, once, the audio. */
  segmentSeconds: 4,
  /** A video's length decides how many calls belong to a minute. */
  minutesPerVideo: 10,
  /** Progress, states, heartbeats, counters of one video. */
  catalogWritesPerVideo: 60,
  /** From the first request to the last poll of its state. */
  apiCallsPerVideo: 60,
  logMbPerVideo: 0.2,
} as const;

const MBIT_PER_GB = 8000;

/**
 * What it costs to take in, encode and keep so many minutes of source.
 *
 * @returns undefined for a stack without a worker
 */
export function usageBill(template: Template, region: string, sourceMinutes: number): UsageBill | undefined {
  const worker = readWorker(template);
  if (!worker) return undefined;
  const prices = pricesOf(region);
  const { sourceMbps, segmentSeconds, minutesPerVideo } = ASSUMPTIONS;
  const videos = sourceMinutes / minutesPerVideo;
  const seconds = sourceMinutes * 60;
  const hours = busyHours(worker, sourceMinutes);
  const hour = worker.spotShare * spotWorkerHour(worker, prices) + (1 - worker.spotShare) * workerHour(worker, prices);
  const sourceGb = seconds * sourceMbps / MBIT_PER_GB;
  const mediaGb = seconds * mediaMbps(worker) / MBIT_PER_GB;
  const puts = seconds / segmentSeconds * (worker.ladder.rungs.length + 1);
  const lines: UsageLine[] = [
    {
      item: 'Workers',
      basis: `${number(hours)} h of ${worker.vcpus} vCPU and ${worker.memoryGb} GB at ${dollars(hour)}, ${Math.round(worker.spotShare * 100)} % of it Spot`
        + (worker.spotShare > 0 ? ` at ${Math.round(SPOT_DISCOUNT * 100)} % off` : ''),
      cost: hours * hour,
    },
    { item: 'Storage for a month', basis: `${number(sourceGb)} GB of sources, ${number(mediaGb)} GB of renditions`, cost: (sourceGb + mediaGb) * prices.s3GbMonth },
    { item: 'Segments written', basis: `${number(puts)} PUT requests`, cost: puts / 1000 * prices.s3Put1000 },
    { item: 'API', basis: `${number(videos * ASSUMPTIONS.apiCallsPerVideo)} requests`, cost: videos * ASSUMPTIONS.apiCallsPerVideo / 1e6 * prices.apiMillion },
    {
      item: 'Catalog',
      basis: `${number(videos * ASSUMPTIONS.catalogWritesPerVideo)} writes`,
      cost: videos * ASSUMPTIONS.catalogWritesPerVideo / 1e6 * prices.dynamoWriteMillion,
    },
    { item: 'Logs', basis: `${number(videos * ASSUMPTIONS.logMbPerVideo)} MB`, cost: videos * ASSUMPTIONS.logMbPerVideo / 1000 * prices.logGb },
  ];
  return {
    region,
    sourceMinutes,
    lines,
    total: lines.reduce((sum, { cost }) => sum + cost, 0),
    watchedOnce: seconds * topRungMbps(worker) / MBIT_PER_GB * prices.cloudFrontGb,
  };
}

function mediaMbps({ ladder }: Worker): number {
  const bits = ladder.rungs.reduce((sum, { maxBitrate }) => sum + (maxBitrate ?? 0), 0) * ASSUMPTIONS.shareOfMaxBitrate;
  return (bits + (ladder.audioBitrate ?? 0)) / 1e6;
}

function topRungMbps({ ladder }: Worker): number {
  const top = Math.max(...ladder.rungs.map(({ maxBitrate }) => maxBitrate ?? 0));
  return (top * ASSUMPTIONS.shareOfMaxBitrate + (ladder.audioBitrate ?? 0)) / 1e6;
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(2);
}

function dollars(value: number): string {
  return `$${value.toFixed(3)}`;
}
