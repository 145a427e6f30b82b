import { writeFileSync } from 'fs';
import { connect, createServer, Server } from 'net';
import * as path from 'path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ROUTES, sourceKey } from '../../../src/runtime/contract';
import { Api } from '../../../src/runtime/http/api';
import { uploadFile } from '../../../src/runtime/upload-client/node/upload-file';
import { PartsTransport } from '../../../src/runtime/upload-client/parts-upload';
import { PartsTicket, UploadTicket } from '../../../src/runtime/upload-client/ticket';
import { bytes, LocalS3, startS3 } from '../../local/aws/s3/support';
import { temporaryFolder } from '../../support/temporary-folder';
import { CatalogFixture, startCatalog } from '../adapters/aws/catalog-fixture';
import { apiEvent, bodyOf } from '../http/api-event';
import { BUCKET, createUploader } from '../uploader/uploader-fixture';

const MEBIBYTE = 1024 * 1024;
const LARGE = bytes(80 * MEBIBYTE + 5);
const SMALL = bytes(3 * MEBIBYTE);

/** A line to the bucket that breaks as often as it is told, somewhere in the middle. */
class BadLine {
  breaks = 0;
  carried = 0;
  private readonly server: Server;

  constructor(private readonly target: string) {
    this.server = createServer(client => {
      const bucket = connect(Number(new URL(this.target).port), '127.0.0.1');
      let left = this.breaks > 0 ? 2 * MEBIBYTE : Infinity;
      if (this.breaks > 0) this.breaks -= 1;
      client.on('data', chunk => {
        this.carried += chunk.length;
        left -= chunk.length;
        if (left < 0) client.destroy();
      });
      client.pipe(bucket).pipe(client);
      const end = () => [client, bucket].forEach(socket => socket.destroy());
      for (const socket of [client, bucket]) socket.on('error', end).on('close', end);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  close(): void {
    this.server.close();
  }
}

let s3: LocalS3;
let table: CatalogFixture;
let line: BadLine;
let api: Api<'uploader'>;
const folder = temporaryFolder('upload');

beforeAll(async () => {
  [s3, table] = await Promise.all([startS3(), startCatalog()]);
  line = new BadLine(s3.endpoint);
  api = createUploader(await line.open(), table);
});
afterAll(async () => {
  line.close();
  await Promise.all([s3.destroy(), table.stop()]);
});

const asked: string[] = [];
const call = async <T>(route: keyof typeof ROUTES, videoId?: string, body?: object): Promise<T> => {
  asked.push(route);
  const answer = await api.handle(apiEvent(ROUTES[route], { pathParameters: videoId === undefined ? undefined : { videoId }, body }));
  if (answer.statusCode >= 300) throw new Error(answer.body);
  return bodyOf<T & object>(answer);
};

function fileOf(content: Buffer): string {
  const file = path.join(folder, `${content.length}.mp4`);
  writeFileSync(file, content);
  return file;
}

async function begin(content: Buffer): Promise<UploadTicket> {
  return call('createUpload', undefined, { fileName: 'a.mp4', contentType: 'video/mp4', sizeBytes: content.length });
}

const ignored = () => undefined;

async function send(content: Buffer, ticket: UploadTicket, signal = new AbortController().signal, onSent: (sent: number) => void = ignored) {
  await uploadFile(fileOf(content), 'video/mp4', ticket, call as PartsTransport['call'], { signal, onSent });
}

async function sizeOfSource({ videoId }: UploadTicket): Promise<number | undefined> {
  return (await s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: sourceKey(videoId) }))).ContentLength;
}

test('a small file goes up by its form', async () => {
  const ticket = await begin(SMALL);
  expect(ticket.method).toBe('form');
  const sent: number[] = [];
  await send(SMALL, ticket, undefined, bytesSent => sent.push(bytesSent));
  expect(await sizeOfSource(ticket)).toBe(SMALL.length);
  expect(sent.at(-1)).toBe(SMALL.length);
});

test('a large file goes up in parts over a line that breaks; what had arrived is not sent again', async () => {
  const ticket = await begin(LARGE);
  expect(ticket).toMatchObject({ method: 'multipart', partCount: 11 });
  line.breaks = 3;
  line.carried = 0;
  await send(LARGE, ticket);
  expect(await sizeOfSource(ticket)).toBe(LARGE.length);
  expect(line.breaks).toBe(0);
  // Three connections, each 2 MiB old: no more than the parts they carried is sent twice.
  expect(line.carried - LARGE.length).toBeGreaterThan(3 * MEBIBYTE);
  expect(line.carried - LARGE.length).toBeLessThan(3 * (ticket as PartsTicket).partSize);
});

test('an upload that was cut off goes on where it was', async () => {
  const ticket = await begin(LARGE);
  const stop = new AbortController();
  const cut = send(LARGE, ticket, stop.signal, sent => sent > LARGE.length / 2 && stop.abort());
  await expect(cut).rejects.toThrow(/abort/i);

  line.carried = 0;
  await send(LARGE, ticket);
  expect(await sizeOfSource(ticket)).toBe(LARGE.length);
  // Up to four parts were on their way when it was cut.
  expect(line.carried).toBeLessThan(LARGE.length / 2 + 4.5 * (ticket as PartsTicket).partSize);
});

test('a file that is not the one announced is refused by the bucket', async () => {
  const ticket = await begin(SMALL);
  await expect(send(bytes(SMALL.length + 1), ticket)).rejects.toMatchObject({ code: 'EntityTooLarge' });
});
