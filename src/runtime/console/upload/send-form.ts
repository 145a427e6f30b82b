/** Small files: one presigned form, as S3 takes it. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface SendHooks {
  readonly signal: AbortSignal;
  /** Bytes of the file that have left so far. */
  readonly onSent: (bytes: number) => void;
}

/** The connection broke, or the storage asks to come again. */
export class TransferInterrupted extends Error {}

/** The storage refuses these bytes: sending them again would not help. */
export class TransferRefused extends Error {}

/** XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
export function sendForm(file: File, form: UploadForm, { signal, onSent }: SendHooks): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return send('POST', form.url, body, signal, sent => onSent(Math.min(sent, file.size))).then(() => undefined);
}

export function send(
  method: 'POST' | 'PUT', url: string, body: XMLHttpRequestBodyInit, signal: AbortSignal, onSent: (bytes: number) => void,
  headers: Readonly<Record<string, string>> = {},
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onabort = () => reject(signal.reason);
    request.onerror = () => reject(new TransferInterrupted('network'));
    request.onload = () => settle(request, resolve, reject);
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.send(body);
    return undefined;
  });
}

function settle(request: XMLHttpRequest, resolve: (request: XMLHttpRequest) => void, reject: (error: Error) => void): void {
  const { status, responseText } = request;
  if (status >= 200 && status < 300) return resolve(request);
  const code = /<Code>(\w+)<\/Code>/.exec(responseText)?.[1] ?? `HTTP ${status}`;
  const message = /<Message>([^<]*)<\/Message>/.exec(responseText)?.[1] ?? '';
  // An expired signature is cured by a new one, which the next attempt asks for.
  const again = status >= 500 || status === 429 || status === 408 || status === 403;
  reject(new (again ? TransferInterrupted : TransferRefused)(`${code}: ${message}`));
}
