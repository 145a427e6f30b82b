import { randomUUID } from 'crypto';
import * as v from 'valibot';
import { METRIC, VIEWER_HOST_HEADER } from '../contract';
import { findVisible } from './access';
import { listVideos } from './list-videos';
import { Playback } from './playback';
import { detailOf } from './video-view';
import { RouteContext, RouteTable } from '../http/api';
import { readOptionalJsonBody } from '../http/body';
import { videoNotFound } from '../http/problem';
import { readQuery } from '../http/query';
import { ApiResponse, ok } from '../http/response';
import { LibraryCatalog } from '../ports/library-catalog';
import { Metrics } from '../ports/telemetry';

const VIEW_BODY = v.strictObject({ eventId: v.optional(v.pipe(v.string(), v.uuid(), v.toLowerCase())) });
const EMPTY_BODY = v.strictObject({});

export interface AnalyticsServices {
  readonly catalog: LibraryCatalog;
  readonly playback: Playback;
  readonly metrics: Metrics;
}

export function analyticsRoutes(services: AnalyticsServices): RouteTable<'analytics'> {
  const { catalog } = services;
  return {
    listVideos: async ({ request, userId }) => ok(await listVideos(catalog, userId, readQuery(request, ['limit', 'cursor']))),
    getVideo: context => getVideo(services, context),
    createPlayback: context => createPlayback(services, context),
    getStats: async ({ request, userId }) => {
      readQuery(request, []);
      return ok(await catalog.statsOf(userId));
    },
    recordView: context => recordView(services, context),
    recordLike: context => recordLike(services, context),
    analyticsHealth: async () => ok({ status: 'ok', service: 'analytics' }),
  };
}

async function getVideo({ catalog, playback }: AnalyticsServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const video = await findVisible(catalog, request.pathParameters.videoId, userId);
  return ok({ ...detailOf(video, userId), playback: await playback.of(video) });
}

async function createPlayback(services: AnalyticsServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  readOptionalJsonBody(request, EMPTY_BODY);
  const video = await findVisible(services.catalog, request.pathParameters.videoId, userId);
  const { playback, cookies } = await services.playback.issue(video, request.header(VIEWER_HOST_HEADER));
  return { ...ok(playback), cookies };
}

async function recordView({ catalog, metrics }: AnalyticsServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  const { eventId = randomUUID() } = readOptionalJsonBody(request, VIEW_BODY);
  const { videoId } = await findVisible(catalog, request.pathParameters.videoId, userId);
  const tally = await catalog.recordView(videoId, eventId);
  if (!tally) throw videoNotFound();
  if (tally.counted) metrics.add(METRIC.VIEWS, 1);
  return ok({ videoId, views: tally.total });
}

async function recordLike({ catalog, metrics }: AnalyticsServices, { request, userId }: RouteContext): Promise<ApiResponse> {
  readQuery(request, []);
  readOptionalJsonBody(request, EMPTY_BODY);
  const { videoId } = await findVisible(catalog, request.pathParameters.videoId, userId);
  const tally = await catalog.recordLike(videoId, userId);
  if (!tally) throw videoNotFound();
  if (tally.counted) metrics.add(METRIC.LIKES, 1);
  return ok({ videoId, likes: tally.total });
}
