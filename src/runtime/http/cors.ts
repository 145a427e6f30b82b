/**
 * Cross-origin grants on responses; the gateway itself answers preflight requests. Pages served by the platform's own
 * distribution share its origin and need none, so the list is empty unless somebody hosts a page elsewhere.
 */
import { CORRELATION_ID_HEADER } from '../contract';

const ANY_ORIGIN = '*';
const ORIGIN = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/;

export class CorsPolicy {
  /** @throws Error when the value is not an array of origins. */
  static fromEnvironment(value: unknown): CorsPolicy {
    const valid = Array.isArray(value) && value.every(origin => typeof origin === 'string' && (origin === ANY_ORIGIN || ORIGIN.test(origin)));
    if (!valid) {
      throw new Error(`ALLOWED_ORIGINS must be a JSON array of origins such as "https://videos.example.com"; got ${JSON.stringify(value)}.`);
    }
    return new CorsPolicy(value as string[]);
  }

  private constructor(private readonly origins: readonly string[]) {}

  /** Nothing for a foreign origin. Tokens travel in a header, never in a cookie, so credentials are not allowed. */
  headersFor(origin: string | undefined): Record<string, string> {
    if (this.origins.length === 0) return {};
    const any = this.origins.includes(ANY_ORIGIN);
    const granted = any ? ANY_ORIGIN : this.origins.find(allowed => allowed === origin);
    const vary: Record<string, string> = any ? {} : { Vary: 'Origin' };
    if (granted === undefined) return vary;
    return { ...vary, 'Access-Control-Allow-Origin': granted, 'Access-Control-Expose-Headers': CORRELATION_ID_HEADER };
  }
}
