import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sendStream } from './send-stream';
import type { SendHooks, UploadForm } from '../ticket';

/** Posts a file to S3 with the form that the API handed out. */
export async function postForm(file: Blob, contentType: string, { url, fields }: UploadForm, { signal, onSent }: SendHooks): Promise<void> {
  const boundary = `----cdk-video-platform-${randomBytes(12).toString('hex')}`;
  const part = (name: string, extra = '') => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n`;
  // One Blob of it all: it knows its length, and reads the file when it is sent.
  const body = new Blob([
    ...Object.entries(fields).map(([name, value]) => `${part(name)}\r\n${value}\r\n`),
    `${part('file', '; filename="source"')}Content-Type: ${contentType}\r\n\r\n`, file, `\r\n--${boundary}--\r\n`,
  ]);
  await sendStream({
    method: 'POST',
    url,
    signal,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: { stream: Readable.fromWeb(body.stream()), length: body.size },
    onSent: bytes => onSent(Math.min(bytes, file.size)),
  });
}
