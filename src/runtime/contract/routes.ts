/** The API's routes: the construct builds its resources from this table, and the handlers dispatch by it. */

export type ServiceName = 'uploader' | 'analytics';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** API Gateway resource path, with `{parameters}`. */
  readonly path: string;
  readonly service: ServiceName;
  /** Scope the access token must carry; routes without one are open to all. */
  readonly scope?: string;
}

/** Identifier of the resource server whose scopes the routes name. */
export const RESOURCE_SERVER = 'videos';
export const SCOPE_UPLOAD = 'upload';
export const SCOPE_WATCH = 'watch';

const upload = `${RESOURCE_SERVER}/${SCOPE_UPLOAD}`;
const watch = `${RESOURCE_SERVER}/${SCOPE_WATCH}`;

export const ROUTES = {
  createUpload: { method: 'POST', path: '/api/uploader/upload', service: 'uploader', scope: upload },
  getUpload: { method: 'GET', path: '/api/uploader/upload/{videoId}', service: 'uploader', scope: upload },
  abortUpload: { method: 'DELETE', path: '/api/uploader/upload/{videoId}', service: 'uploader', scope: upload },
  signParts: { method: 'POST', path: '/api/uploader/upload/{videoId}/parts', service: 'uploader', scope: upload },
  listParts: { method: 'GET', path: '/api/uploader/upload/{videoId}/parts', service: 'uploader', scope: upload },
  completeUpload: { method: 'POST', path: '/api/uploader/upload/{videoId}/complete', service: 'uploader', scope: upload },
  uploaderHealth: { method: 'GET', path: '/api/uploader/health', service: 'uploader' },
  listVideos: { method: 'GET', path: '/api/analytics/videos', service: 'analytics', scope: watch },
  getVideo: { method: 'GET', path: '/api/analytics/video/{videoId}', service: 'analytics', scope: watch },
  createPlayback: { method: 'POST', path: '/api/analytics/video/{videoId}/playback', service: 'analytics', scope: watch },
  getStats: { method: 'GET', path: '/api/analytics/stats', service: 'analytics', scope: watch },
  recordView: { method: 'POST', path: '/api/analytics/view/{videoId}', service: 'analytics', scope: watch },
  recordLike: { method: 'POST', path: '/api/analytics/like/{videoId}', service: 'analytics', scope: watch },
  analyticsHealth: { method: 'GET', path: '/api/analytics/health', service: 'analytics' },
} as const satisfies Record<string, Route>;

export const CORRELATION_ID_HEADER = 'X-Correlation-ID';
export const IDEMPOTENCY_KEY_HEADER = 'Idempotency-Key';
