import * as fs from 'fs';
import * as http from 'http';
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
    const socket = socketIn(dataDir);
    // A platform that was killed left its own.
    fs.rmSync(socket, { force: true });
    const server = dynalite({ path: dataDir, createTableMs: 0 });
    // The agent below keeps its connections. Closed after Node's five idle seconds, one may be reset in the moment it is used again:
    // on a busy machine the gateway then answered 500 for a table that was well.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
    return new DynaliteServer(server, socket);
  }

  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(private readonly server: http.Server, private readonly socket: string) {}

  call(operation: string, input: JsonObject): Promise<DynaliteReply> {
    return new Promise((resolve, reject) => {
      const request = http.request({
        socketPath: this.socket,
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
    fs.rmSync(this.socket, { force: true });
  }
}

/** What the kernel takes, with its end; macOS has the smaller room of 104 bytes. */
const SOCKET_PATH_BYTES = 103;

/** Beside the data, readable by its owner; by a path from the working folder where the whole one is too long. */
function socketIn(dataDir: string): string {
  const folder = path.resolve(dataDir, '..', 'dynalite');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const candidates = [path.join(folder, 'socket'), path.relative('', path.join(folder, 'socket'))];
  const found = candidates.find(each => Buffer.byteLength(each) <= SOCKET_PATH_BYTES);
  if (found === undefined) throw new Error(`the path of the state folder ${dataDir} is too long for a socket; choose a shorter one`);
  return found;
}
