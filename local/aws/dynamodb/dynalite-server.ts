import * as fs from 'fs';
import * as http from 'http';
import * as os from 'os';
import * as path from 'path';
import dynalite from 'dynalite';
import { JsonObject } from '../http-json';

export interface DynaliteReply {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * dynalite, in this process and behind a Unix socket in a private directory: it checks no signatures, so nothing but
 * the gateway may reach it.
 */
export class DynaliteServer {
  static async start(dataDir: string): Promise<DynaliteServer> {
    fs.mkdirSync(dataDir, { recursive: true });
    // A socket's path may have about 100 characters; the state directory's own may be longer.
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dynalite-'));
    const server = dynalite({ path: dataDir, createTableMs: 0 });
    // The agent below keeps its connections. Closed after Node's five idle seconds, one may be reset in the moment it is used again:
    // on a busy machine the gateway then answered 500 for a table that was well.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path.join(directory, 'socket'), resolve);
    });
    return new DynaliteServer(server, directory);
  }

  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(private readonly server: http.Server, private readonly directory: string) {}

  call(operation: string, input: JsonObject): Promise<DynaliteReply> {
    return new Promise((resolve, reject) => {
      const request = http.request({
        socketPath: path.join(this.directory, 'socket'),
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20200101T000000Z',
          // dynalite wants to see a signature; the gateway has verified the real one.
          authorization: 'AWS4-HMAC-SHA256 Credential=gateway/20200101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        },
      }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks) }));
      });
      request.on('error', reject);
      request.end(JSON.stringify(input));
    });
  }

  /** Resolves when the database files are closed. */
  async close(): Promise<void> {
    this.agent.destroy();
    await new Promise<void>((resolve, reject) => this.server.close(error => (error ? reject(error) : resolve())));
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
