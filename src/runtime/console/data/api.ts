/** Calls of the API, with the access token, and its refusals as errors. */
import { ROUTES } from '../../contract/routes';
import type { Session } from '../session/session';

/** A problem document (RFC 9457) as the API answers it, or `OFFLINE` when nothing answered. */
export class ApiProblem extends Error {
  constructor(readonly status: number, readonly code: string, readonly detail: string, readonly correlationId?: string) {
    super(detail);
  }

  /** The same call may work in a moment. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

type RouteName = keyof typeof ROUTES;
type Parameters = Readonly<Record<string, string>>;

export interface CallOptions extends RequestOptions {
  readonly path?: Parameters;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
}

export interface RequestOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The call outlives the page that made it. */
  readonly keepalive?: boolean;
}

export class Api {
  constructor(private readonly session: Session) {}

  call<T>(name: RouteName, { path = {}, query = {}, ...options }: CallOptions = {}): Promise<T> {
    const route = ROUTES[name];
    return this.request(route.method, fill(route.path, path) + queryOf(query), options);
  }

  async request<T>(method: string, url: string, options: RequestOptions = {}): Promise<T> {
    let answer = await this.send(method, url, options, await this.session.accessToken());
    // Its clock and ours may differ, and a key may have changed: once more with a new token.
    if (answer.status === 401) answer = await this.send(method, url, options, await this.session.freshAccessToken());
    if (!answer.ok) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  private async send(method: string, url: string, { body, headers, signal, keepalive }: RequestOptions, token: string): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        signal,
        keepalive,
        headers: { authorization: `Bearer ${token}`, ...body ? { 'content-type': 'application/json' } : {}, ...headers },
        body: body && JSON.stringify(body),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiProblem(0, 'OFFLINE', 'No answer.');
    }
  }
}

function fill(path: string, parameters: Parameters): string {
  return path.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(parameters[name]));
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => value === undefined || value === '' ? [] : [[name, String(value)]]);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const problem = await answer.json().catch(() => ({})) as { code?: string; detail?: string; correlationId?: string };
  return new ApiProblem(answer.status, problem.code ?? `HTTP_${answer.status}`, problem.detail ?? answer.statusText, problem.correlationId);
}
