import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NewUpload, Refused, UploadTicket } from './api-client';
import { ACCEPTED_TYPES } from '../../src/runtime/contract';

/** What to tell the uploader. A name it would not take goes as `.mp4`: whether it is a video is for the worker to say. */
export function describeFile(file: string): NewUpload {
  const name = path.basename(file);
  const extension = path.extname(name).slice(1).toLowerCase();
  const sizeBytes = fs.statSync(file).size;
  const types = Object.hasOwn(ACCEPTED_TYPES, extension) ? ACCEPTED_TYPES[extension] : undefined;
  if (types) return { fileName: name, contentType: types[0], sizeBytes };
  return { fileName: `${name}.mp4`, contentType: ACCEPTED_TYPES.mp4[0], sizeBytes };
}

/**
 * Posts a file to S3 with the form that the uploader handed out; the bytes are streamed.
 *
 * @throws Refused with S3's own error code.
 */
export async function postFile(
  file: string, ticket: UploadTicket, contentType: string, onProgress: (percent: number) => void,
): Promise<void> {
  const boundary = `----local-demo-${randomBytes(12).toString('hex')}`;
  const head = Buffer.from(formFields(boundary, ticket.upload.fields)
    + `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="source"\r\nContent-Type: ${contentType}\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const size = fs.statSync(file).size;
  const request = http.request(ticket.upload.url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': head.length + size + tail.length },
  });
  const answered = answerOf(request);
  request.write(head);
  const closing = new PassThrough({
    final(done) {
      this.push(tail);
      done();
    },
  });
  const sent = pipeline(fs.createReadStream(file), meter(size, onProgress), closing, request);
  // S3 may answer, and hang up, before it has read everything; its answer says more than the broken pipe.
  const { status, body } = await Promise.race([answered, sent.then(() => answered, () => answered)]);
  if (status < 300) return;
  const element = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1];
  if (status >= 500) throw new Error(`the bucket answered ${status}: ${body.slice(0, 400)}`);
  throw new Refused(element('Code') ?? `HTTP_${status}`, element('Message') ?? body, ticket.videoId);
}

function formFields(boundary: string, fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields).map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
}

function meter(size: number, onProgress: (percent: number) => void): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(size === 0 ? 100 : sent / size * 100);
      done(null, chunk);
    },
  });
}

function answerOf(request: http.ClientRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', response => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; });
      response.once('end', () => resolve({ status: response.statusCode!, body })).once('error', reject);
    });
  });
}
