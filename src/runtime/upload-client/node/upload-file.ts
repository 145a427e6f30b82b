import * as fs from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { postForm } from './post-form';
import { sendStream } from './send-stream';
import { crc64 } from '../crc64';
import { PartsTransport, PartsUpload } from '../parts-upload';
import type { SendHooks, UploadTicket } from '../ticket';

/**
 * Sends a file from the disk in the way that its ticket says.
 *
 * @throws TransferInterrupted, TransferRefused, and what `call` throws
 */
export async function uploadFile(path: string, contentType: string, ticket: UploadTicket, call: PartsTransport['call'], hooks: SendHooks): Promise<void> {
  const file = await fs.openAsBlob(path, { type: contentType });
  if (ticket.method === 'form') return postForm(file, contentType, ticket.upload, hooks);
  return new PartsUpload({ ...TRANSPORT, call }, file, ticket, hooks).run();
}

const TRANSPORT: Omit<PartsTransport, 'call'> = {
  checksum: async part => crc64(new Uint8Array(await part.arrayBuffer())),
  put: (part, { url, headers }, signal, onSent) => sendStream({
    method: 'PUT', url, headers, signal, onSent, body: { stream: Readable.fromWeb(part.stream()), length: part.size },
  }),
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};
