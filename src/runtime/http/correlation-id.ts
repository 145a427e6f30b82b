import { randomUUID } from 'crypto';

/** Narrow, because the id goes into object metadata, log lines and a response header: no spaces, quotes or control characters. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's id when it is harmless, otherwise a new one. A bad id is replaced, not refused: it is only a label. */
export function correlationIdFrom(header: string | undefined): string {
  return header !== undefined && ACCEPTED.test(header) ? header : randomUUID();
}
