import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, usageError } from '../errors';
import { UploadForm } from './api-client';

/** Posts a file to the bucket with the form that the platform handed out. The bytes are streamed. */
export async function postForm(file: string, contentType: string, { url, fields }: UploadForm['upload'], onProgress: (percent: number) => void): Promise<void> {
  const boundary = `----cdk-video-platform-${randomBytes(12).toString('hex')}`;
  const part = (name: string, extra = '') => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n`;
  const head = Buffer.from(Object.entries(fields).map(([name, value]) => `${part(name)}\r\n${value}\r\n`).join('')
    + `${part('file', '; filename="source"')}Content-Type: ${contentType}\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const size = fs.statSync(file).size;
  const request = (url.startsWith('https:') ? https : http).request(url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': head.length + size + tail.length },
  });
  const answered = answerOf(request);
  request.write(head);
  const sent = pipeline(fs.createReadStream(file), framed(size, tail, onProgress), request);
  // S3 may answer, and hang up, before it has read everything; its answer says more than the broken pipe.
  const { status, body } = await Promise.race([answered, sent.then(() => answered, () => answered)]);
  if (status >= 300) throw refusal(status, body);
}

function framed(size: number, tail: Buffer, onProgress: (percent: number) => void): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(size === 0 ? 100 : sent / size * 100);
      done(null, chunk);
    },
    flush(done) {
      done(null, tail);
    },
  });
}

function refusal(status: number, body: string): CliError {
  const element = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1];
  const [code, message] = [element('Code') ?? `HTTP_${status}`, element('Message') ?? 'the bucket refused the upload'];
  if (code === 'EntityTooLarge') return usageError('The file is larger than the platform takes.', 'Nothing was uploaded.');
  return new CliError(`The bucket refused the upload (${code}): ${message}`, 'Upload the file again.', undefined, code);
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
