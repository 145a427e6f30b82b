import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { wildcard } from '../aws/iam/wildcard';
import type { LogFile } from '../process';
import type { Behavior } from '../template';
import type { ApiResponse } from './gateway-response';
import { API_PAYLOAD_BYTES, RestApi } from './rest-api';
import { runViewerRequest } from './viewer-request';

export interface FrontDoorOptions {
  /** @default 0, a free port */
  readonly port?: number;
  readonly api: RestApi;
  readonly apiId: string;
  readonly stage: string;
  /** Behaviours of the distribution; without any, the API stands alone. */
  readonly behaviors: readonly Behavior[];
  readonly log: LogFile;
}

/** Stands for the distribution: sends each path where its behaviour says. */
export class FrontDoor {
  static async start(options: FrontDoorOptions): Promise<FrontDoor> {
    const door = new FrontDoor(options);
    const { server } = door;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE'
        ? new Error(`Port ${options.port} of 127.0.0.1 is in use; choose another with --port, or end what uses it`) : error));
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return door;
  }

  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  private constructor(private readonly options: FrontDoorOptions) {}

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      send(response, await this.route(request, body));
    } catch (error) {
      this.options.log.write({ level: 'ERROR', message: `front door: ${(error as Error).stack}` });
      if (response.headersSent) response.destroy();
      else send(response, explain(500, 'InternalError', (error as Error).message));
    }
  }

  private async route(request: http.IncomingMessage, body: Buffer): Promise<ApiResponse> {
    const [path, query = ''] = split(request.url ?? '/');
    const behavior = this.options.behaviors.find(each => wildcard(each.pathPattern.replace(/^(?=[^/*])/, '/')).test(path));
    if (!behavior) return this.callApi(request, path, query, body);
    if (!behavior.allowedMethods.includes(request.method!)) {
      return explain(403, 'MethodNotAllowed', `The distribution does not allow ${request.method} on ${behavior.pathPattern}`);
    }
    if (behavior.signed) return explain(403, 'MissingKey', `${behavior.pathPattern} takes signed cookies or addresses only`);
    const passed = behavior.viewerRequestCode
      ? runViewerRequest(behavior.viewerRequestCode, request, path, query) : { uri: path, rawHeaders: request.rawHeaders };
    if ('answer' in passed) return passed.answer;
    const { origin } = behavior;
    if (origin.kind === 'api' && origin.apiId === this.options.apiId && origin.path === `/${this.options.stage}`) {
      return withHeaders(await this.callApi(request, passed.uri, query, body, passed.rawHeaders), behavior.responseHeaders);
    }
    return explain(501, 'NotImplemented', `The distribution sends ${behavior.pathPattern} to an origin that does not run locally: ${JSON.stringify(origin)}`);
  }

  private callApi(
    request: http.IncomingMessage, path: string, query: string, body: Buffer, rawHeaders: readonly string[] = request.rawHeaders,
  ): Promise<ApiResponse> {
    return this.options.api.handle({
      httpMethod: request.method!, path, query, body, rawHeaders, sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    });
  }
}

/** Reads one byte past what the API takes and no more, so that a flood is refused without being kept. */
async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size <= API_PAYLOAD_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

function split(url: string): string[] {
  const index = url.indexOf('?');
  return index < 0 ? [url] : [url.slice(0, index), url.slice(index + 1)];
}

function withHeaders(response: ApiResponse, added: Behavior['responseHeaders']): ApiResponse {
  const filled = Object.fromEntries(added.filter(({ override }) => !override).map(({ name, value }) => [name, value]));
  const overriding = Object.fromEntries(added.filter(({ override }) => override).map(({ name, value }) => [name, value]));
  return { ...response, headers: { ...filled, ...response.headers, ...overriding } };
}

function explain(status: number, code: string, message: string): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ code, message })) };
}

function send(response: http.ServerResponse, { status, headers, body }: ApiResponse): void {
  if (response.destroyed) return;
  // 204 and 304 carry no body, nor its length.
  const length = status === 204 || status === 304 ? {} : { 'content-length': body.length };
  response.writeHead(status, { ...headers as http.OutgoingHttpHeaders, ...length });
  response.end('content-length' in length ? body : undefined);
}
