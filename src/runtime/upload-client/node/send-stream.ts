import * as http from 'node:http';
import * as https from 'node:https';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failureOf, TransferInterrupted } from '../transfer-error';

export interface OutgoingBody {
  readonly stream: Readable;
  /** Bytes. */
  readonly length: number;
}

export interface Transfer {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  readonly signal: AbortSignal;
  /** Bytes of the body that have left so far. */
  readonly onSent: (bytes: number) => void;
}

/**
 * Sends a body as a stream; fetch would tell nothing of its progress.
 *
 * @throws TransferInterrupted, TransferRefused
 */
export async function sendStream({ method, url, headers, body, signal, onSent }: Transfer): Promise<void> {
  const request = (url.startsWith('https:') ? https : http).request(url, { method, signal, headers: { ...headers, 'content-length': body.length } });
  const answered = answerOf(request);
  const sent = pipeline(body.stream, counted(onSent), request, { signal });
  // S3 may answer, and hang up, before it has read everything; its answer says more than the broken pipe.
  const answer = await Promise.race([answered, sent.then(() => answered, () => answered)]).catch((error: Error) => {
    throw signal.aborted ? error : new TransferInterrupted(error.message);
  });
  const failure = failureOf(answer.status, answer.body);
  if (failure) throw failure;
}

function counted(onSent: (bytes: number) => void): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onSent(sent);
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
