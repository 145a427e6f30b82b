import { ROUTES } from '../../runtime/contract';
import type { PartsTransport } from '../../runtime/upload-client/parts-upload';
import type { UploadTicket } from '../../runtime/upload-client/ticket';
import { CliError, EXIT, signInNeeded, usageError } from '../errors';
import { SignedIn } from '../session/signed-in';

export interface VideoSummary {
  readonly videoId: string;
  readonly title: string;
  readonly status: string;
  readonly createdAt: string;
  readonly durationSeconds?: number;
  readonly views: number;
  readonly progress?: { readonly stage: string; readonly percent: number };
  readonly failure?: { readonly code: string; readonly message: string };
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** Bad request, too large, unsupported type: about what was asked for. */
const ABOUT_THE_REQUEST = [400, 413, 415];

/** The platform's API, as the web console uses it. */
export class ApiClient {
  constructor(private readonly user: SignedIn) {}

  get url(): string {
    return this.user.url;
  }

  async createUpload(upload: { fileName: string; contentType: string; sizeBytes: number; title?: string }): Promise<UploadTicket> {
    const { method, path } = ROUTES.createUpload;
    return this.call(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(upload) });
  }

  readonly callUpload: PartsTransport['call'] = (route, videoId, body, signal) => {
    const { method, path } = ROUTES[route];
    const headers = { 'content-type': 'application/json' };
    return this.call(path.replace('{videoId}', encodeURIComponent(videoId)), { method, signal, ...body && { headers, body: JSON.stringify(body) } });
  };

  async getVideo(videoId: string): Promise<VideoSummary> {
    return this.call(ROUTES.getVideo.path.replace('{videoId}', encodeURIComponent(videoId)));
  }

  /** The playlist under a token in its path, which any player takes. */
  async createPlayback(videoId: string): Promise<{ tokenUrl: string; tokenExpiresAt: string }> {
    const { method, path } = ROUTES.createPlayback;
    return this.call(path.replace('{videoId}', encodeURIComponent(videoId)), { method });
  }

  /** One page, newest first. */
  async listVideos(limit: number, cursor?: string): Promise<{ videos: readonly VideoSummary[]; cursor?: string }> {
    return this.call(`${ROUTES.listVideos.path}?${new URLSearchParams({ limit: String(limit), ...cursor === undefined ? {} : { cursor } })}`);
  }

  private async call<T>(path: string, init: RequestInit = {}, fresh = false): Promise<T> {
    const authorization = `Bearer ${await this.user.accessToken(fresh)}`;
    const response = await fetch(this.user.url + path, { ...init, headers: { ...init.headers, authorization } });
    if (response.ok) return await response.json() as T;
    // Taken back, or of another clock: worth one fresh token.
    if (response.status === 401 && !fresh) return this.call(path, init, true);
    throw await refusal(response);
  }
}

async function refusal(response: Response): Promise<CliError> {
  const { code = `HTTP_${response.status}`, detail } = await response.json().catch(() => ({})) as Problem;
  if (response.status === 401) return signInNeeded('The platform does not know your sign-in.');
  if (ABOUT_THE_REQUEST.includes(response.status)) return usageError(`${detail ?? code}`, 'Nothing was uploaded.');
  if (response.status === 404) return new CliError('There is no such video, or it is not shared with you.', "See 'cdk-video-platform videos'.", EXIT.notFound, code);
  return new CliError(`The platform answered ${response.status} (${code})${detail ? `: ${detail}` : ''}`, 'Try again in a minute.', EXIT.failed, code);
}
