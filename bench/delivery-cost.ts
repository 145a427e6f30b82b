/**
 * What 1,000 hours watched cost, by CloudFront with signed cookies or path tokens, and by presigned S3 URLs as it was. List prices of
 * us-east-1 and of viewers in North America and Europe, first tier, checked 2026-11-25.
 */
import { PRICES_AS_OF } from '../src/cli/cost/prices';

/** US dollars. */
const PRICE = {
  /** https://aws.amazon.com/cloudfront/pricing/ */
  cloudFrontGb: 0.085,
  cloudFrontHttpsMillion: 1.0,
  functionMillion: 0.1,
  keyReadMillion: 0.03,
  /** https://aws.amazon.com/s3/pricing/: to the internet; to CloudFront it is free. */
  s3Gb: 0.09,
  s3GetMillion: 0.4,
  /** https://aws.amazon.com/api-gateway/pricing/ and https://aws.amazon.com/lambda/pricing/ (ARM, 512 MB, 20 ms) */
  apiMillion: 3.5,
  lambdaMillion: 0.2 + 1_000_000 * 0.02 * 0.5 * 0.0000133334,
};

/** What is watched: the middle of the standard ladder, with audio as its own track, in sittings of ten minutes. */
const WATCH = { hours: 1000, mbps: 2.5, segmentSeconds: 4, tracks: 2, sittingSeconds: 600, playlistsPerSitting: 3, cookieSeconds: 3600 };

interface Line {
  readonly name: string;
  readonly traffic: number;
  readonly requests: number;
  readonly api: number;
  readonly hitRatio?: number;
}

export function deliveryCosts(viewsPerFile: readonly number[] = [1, 10, 100]): string {
  const perToken = PRICE.functionMillion + PRICE.keyReadMillion;
  const lines = [
    presigned(),
    ...viewsPerFile.flatMap(views => [cloudFront('signed cookies', views, 0), cloudFront('path tokens', views, perToken)]),
  ];
  const rows = lines.map(({ name, traffic, requests, api, hitRatio }) => [
    name, hitRatio === undefined ? 'none' : `${(100 * hitRatio).toFixed(1)} %`, ...[traffic, requests, api, traffic + requests + api].map(each => `$${each.toFixed(2)}`),
  ]);
  const { hours, mbps, sittingSeconds } = WATCH;
  return [
    `${hours} hours watched at ${mbps} Mbit/s in sittings of ${sittingSeconds / 60} minutes; prices of ${PRICES_AS_OF}`,
    ...table([['', 'from cache', 'traffic', 'requests', 'API', 'total'], ...rows]),
    'Views per file are views of the same rendition at one edge location while it is cached; each first one comes from S3.',
  ].join('\n');
}

function requestsOf() {
  const seconds = WATCH.hours * 3600;
  const sittings = seconds / WATCH.sittingSeconds;
  return { segments: seconds / WATCH.segmentSeconds * WATCH.tracks, playlists: sittings * WATCH.playlistsPerSitting, sittings };
}

const GB = WATCH.hours * 3600 * WATCH.mbps / 8 / 1000;

/** Every URL is somebody's own, so that nothing is cached; playlists are written by the API for each viewer. */
function presigned(): Line {
  const { segments, playlists } = requestsOf();
  return {
    name: 'presigned URLs, as it was',
    traffic: GB * PRICE.s3Gb,
    requests: segments / 1e6 * PRICE.s3GetMillion + playlists / 1e6 * PRICE.cloudFrontHttpsMillion,
    api: playlists / 1e6 * (PRICE.apiMillion + PRICE.lambdaMillion),
  };
}

/** Media is cached for a year and one copy serves everybody, so that the first view at an edge is the only one that reaches S3. */
function cloudFront(name: string, viewsPerFile: number, perMillion: number): Line {
  const { segments, playlists, sittings } = requestsOf();
  const hitRatio = 1 - 1 / viewsPerFile;
  const viewerRequests = segments + playlists;
  const asked = sittings * Math.max(1, WATCH.sittingSeconds / WATCH.cookieSeconds);
  return {
    name: `${name}, ${viewsPerFile} view${viewsPerFile === 1 ? '' : 's'} per file`,
    hitRatio,
    traffic: GB * PRICE.cloudFrontGb,
    requests: viewerRequests / 1e6 * (PRICE.cloudFrontHttpsMillion + perMillion + (1 - hitRatio) * PRICE.s3GetMillion),
    api: asked / 1e6 * (PRICE.apiMillion + PRICE.lambdaMillion + PRICE.cloudFrontHttpsMillion + PRICE.functionMillion),
  };
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '));
}
