/** The connection broke, or the storage asks to come again. */
export class TransferInterrupted extends Error {}

/** The storage refuses these bytes: sending them again would not help. */
export class TransferRefused extends Error {
  /** @param code the storage's own, `EntityTooLarge` say */
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** What S3's answer says of a transfer; undefined when it has the bytes. */
export function failureOf(status: number, body: string): TransferInterrupted | TransferRefused | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? `HTTP_${status}`;
  const message = /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? `The storage answered ${status}.`;
  return isPassing(status, code, message) ? new TransferInterrupted(`${code}: ${message}`) : new TransferRefused(code, message);
}

/** An expired form or URL is answered like one that was tampered with, but a new one heals it (S3 API reference, "Error responses"). */
function isPassing(status: number, code: string, message: string): boolean {
  if (status === 403) return /expired/i.test(message);
  return status >= 500 || status === 429 || code === 'RequestTimeout';
}
