import * as http from 'node:http';
import { CLI_CALLBACK_URL } from '../../runtime/contract';
import { CliError, EXIT } from '../errors';

const { port, pathname } = new URL(CLI_CALLBACK_URL);
/** As long as Cognito lets a sign-in page wait, and then some. */
const PATIENCE_MS = 10 * 60_000;

const PAGE = (title: string, text: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;display:grid;place-items:center;min-height:90vh}</style><main><h1>${title}</h1><p>${text}</p></main>`;

/** Waits on this machine for the browser to come back from the sign-in page. */
export class CallbackServer {
  /** @throws CliError when the port is taken */
  static async start(): Promise<CallbackServer> {
    const callback = new CallbackServer();
    await new Promise<void>((resolve, reject) => callback.server
      .once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? busy() : error))
      .listen(Number(port), '127.0.0.1', resolve));
    return callback;
  }

  private arrived!: (url: URL) => void;
  private readonly arrival = new Promise<URL>(resolve => { this.arrived = resolve; });
  private readonly server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', CLI_CALLBACK_URL);
    const returned = request.method === 'GET' && url.pathname === pathname && (url.searchParams.has('code') || url.searchParams.has('error'));
    response.writeHead(returned ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
    response.end(returned ? PAGE('Back to the terminal', 'You may close this window.') : PAGE('Nothing here', 'The sign-in page sends people here.'));
    if (returned) this.arrived(url);
  });

  /** @throws CliError when nobody comes */
  async wait(): Promise<URL> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new CliError('Nobody signed in within 10 minutes.', "Run 'cdk-video-platform sign-in' again.", EXIT.signInNeeded, 'SIGN_IN_TIMEOUT')), PATIENCE_MS);
    });
    try {
      return await Promise.race([this.arrival, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function busy(): CliError {
  return new CliError(`Port ${port} of this machine is in use, and the sign-in page sends browsers there.`,
    `End what uses it ('lsof -i :${port}'), often another sign-in, and run this again.`, EXIT.failed, 'PORT_BUSY');
}
