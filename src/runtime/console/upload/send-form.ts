/** Small files: one presigned form, as S3 takes it. */
import type { SendHooks, UploadForm } from '../../upload-client/ticket';
import { failureOf, TransferInterrupted } from '../../upload-client/transfer-error';

/** XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
export function sendForm(file: File, form: UploadForm, { signal, onSent }: SendHooks): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return send('POST', form.url, body, signal, sent => onSent(Math.min(sent, file.size)));
}

export function send(
  method: 'POST' | 'PUT', url: string, body: XMLHttpRequestBodyInit, signal: AbortSignal, onSent: (bytes: number) => void,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
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
    request.onload = () => {
      const failure = failureOf(request.status, request.responseText);
      if (failure) reject(failure);
      else resolve();
    };
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.send(body);
    return undefined;
  });
}
