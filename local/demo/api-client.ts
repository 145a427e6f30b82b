import type { VideoDetail } from '../../src/runtime/analytics/video-view';
import { ROUTES } from '../../src/runtime/contract';
import type { PartsTransport } from '../../src/runtime/upload-client/parts-upload';
import type { UploadTicket } from '../../src/runtime/upload-client/ticket';

export interface NewUpload {
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

export type PlayableVideo = VideoDetail & { readonly playback?: { readonly hlsUrl: string } };

/** The platform does not want the file: a problem document of the uploader, or the bucket's own error. */
export class Refused extends Error {
  constructor(readonly code: string, message: string, readonly videoId?: string) {
    super(message);
    this.name = 'Refused';
  }
}

/** Bad request, too large, unsupported type. */
const ABOUT_THE_FILE = [400, 413, 415];

/** The platform's API, as a browser would use it. */
export class ApiClient {
  constructor(private readonly baseUrl: string, private readonly accessToken: string) {}

  /** @throws Refused when the uploader does not want the file. */
  async createUpload(request: NewUpload): Promise<UploadTicket> {
    const response = await this.fetch(ROUTES.createUpload.path, {
      method: ROUTES.createUpload.method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(request),
    });
    return await response.json() as UploadTicket;
  }

  readonly callUpload: PartsTransport['call'] = async (route, videoId, body, signal) => {
    const { method, path } = ROUTES[route];
    const headers = { 'content-type': 'application/json' };
    const response = await this.fetch(path.replace('{videoId}', videoId), { method, signal, ...body && { headers, body: JSON.stringify(body) } });
    return response.json() as Promise<never>;
  };

  async getVideo(videoId: string): Promise<PlayableVideo> {
    const response = await this.fetch(ROUTES.getVideo.path.replace('{videoId}', videoId));
    return await response.json() as PlayableVideo;
  }

  /** Where players find the master playlist: the URL itself opens it, for a while. */
  async masterUrl(videoId: string): Promise<string> {
    const { playback } = await this.getVideo(videoId);
    return this.baseUrl + playback!.hlsUrl;
  }

  private async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.baseUrl + path, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.accessToken}` } });
    if (response.ok) return response;
    const text = await response.text();
    const { code, detail } = readProblem(text);
    const said = `${init.method ?? 'GET'} ${path} answered ${response.status}: ${text.slice(0, 400)}`;
    throw ABOUT_THE_FILE.includes(response.status) ? new Refused(code ?? `HTTP_${response.status}`, detail ?? said) : new Error(said);
  }
}

function readProblem(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text) as { code?: string; detail?: string };
  } catch {
    return {};
  }
}
