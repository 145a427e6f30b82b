/** Ways in which an answer goes wrong on its way. */
import { IncomingMessage, ServerResponse } from 'node:http';

type Write = (chunk: Buffer) => boolean;

/** The service's error instead of its work. */
export function refuseCall(request: IncomingMessage, response: ServerResponse, service: string, status: number, code: string): void {
  request.resume();
  if (service === 's3') {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(request.method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`);
    return;
  }
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws#${code}`, message: 'injected' }));
}

/** The connection breaks after so many bytes of the answer. */
export function resetAnswer(response: ServerResponse, bytes: number): void {
  let sent = 0;
  replaceWrite(response, write => chunk => {
    const rest = chunk.subarray(0, Math.max(0, bytes - sent));
    sent += chunk.length;
    if (sent <= bytes) return write(chunk);
    if (rest.length > 0) write(rest);
    response.destroy();
    return true;
  });
}

/** The connection breaks after so many bytes of the request; its service never sees it. */
export function resetUpload(request: IncomingMessage, response: ServerResponse, bytes: number): true {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= bytes) response.destroy();
  });
  request.on('end', () => response.destroy());
  return true;
}

/** One bit is not what it was. */
export function corruptAnswer(response: ServerResponse): void {
  let done = false;
  replaceWrite(response, write => chunk => {
    if (done) return write(chunk);
    done = true;
    const spoilt = Buffer.from(chunk);
    spoilt[spoilt.length - 1] = 255 - spoilt[spoilt.length - 1];
    return write(spoilt);
  });
}

const DROP_BYTES = 4_096;
const DROP_MS = 60;

/** The answer comes in drops. */
export function dripAnswer(response: ServerResponse): void {
  const end = response.end.bind(response) as () => ServerResponse;
  let dripping: Promise<void> = Promise.resolve();
  replaceWrite(response, write => chunk => {
    for (let start = 0; start < chunk.length; start += DROP_BYTES) {
      const drop = Buffer.from(chunk.subarray(start, start + DROP_BYTES));
      dripping = dripping.then(async () => {
        await new Promise(resolve => setTimeout(resolve, DROP_MS));
        if (!response.destroyed) write(drop);
      });
    }
    void dripping.then(() => response.emit('drain'));
    return false;
  });
  response.end = (() => {
    void dripping.then(() => end());
    return response;
  }) as typeof response.end;
}

function replaceWrite(response: ServerResponse, make: (write: Write) => Write): void {
  const write = response.write.bind(response) as Write;
  response.write = make(write) as typeof response.write;
}
