import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WatchPageOptions {
  readonly apiEndpoint: string;
}

export interface WatchableVideo {
  readonly title: string;
  /** Path of the master playlist, with its token. */
  readonly hlsUrl: string;
}

/** A page to watch on; it passes requests for media on to the distribution. */
export class WatchPage {
  static async start(options: WatchPageOptions): Promise<WatchPage> {
    const page = new WatchPage(options);
    await new Promise<void>((resolve, reject) => page.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return page;
  }

  private readonly server = http.createServer((request, response) => this.serve(request, response));
  private readonly videos: WatchableVideo[] = [];

  private constructor(private readonly options: WatchPageOptions) {}

  get url(): string {
    return `http://${this.host}/`;
  }

  add(video: WatchableVideo): void {
    this.videos.push(video);
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = request.url ?? '/';
    // Another site must not reach the token's powers through a name that it made resolve to this machine.
    if (request.headers.host !== this.host || request.method !== 'GET') return end(response, 403, 'text/plain', 'Forbidden');
    if (url === '/') return end(response, 200, 'text/html; charset=utf-8', render(this.videos));
    if (url === '/hls.js') return end(response, 200, 'text/javascript', fs.readFileSync(require.resolve('hls.js/dist/hls.min.js')));
    if (url.startsWith('/media/')) return this.pass(url, request, response);
    return end(response, 404, 'text/plain', 'Not found');
  }

  private pass(url: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    const range: http.OutgoingHttpHeaders = request.headers.range === undefined ? {} : { range: request.headers.range };
    http.get(this.options.apiEndpoint + url, { headers: range }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).once('error', error => end(response, 502, 'text/plain', String(error)));
  }
}

function end(response: http.ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

function render(videos: readonly WatchableVideo[]): string {
  const players = videos.map(({ title, hlsUrl }) => `<h2>${escapeHtml(title)}</h2><video controls muted data-hls="${escapeHtml(hlsUrl)}"></video>`).join('\n');
  return `<!doctype html><meta charset="utf-8"><title>Local video platform</title>
<style>body{font:16px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}video{width:100%;background:#000}</style>
<h1>Local video platform</h1>
${players || '<p>Nothing is ready yet.</p>'}
<script src="/hls.js"></script>
<script>
for (const video of document.querySelectorAll('video')) {
  if (Hls.isSupported()) { const hls = new Hls(); hls.loadSource(video.dataset.hls); hls.attachMedia(video); }
  else video.src = video.dataset.hls;
}
</script>`;
}
