/**
 * Cross-origin grants on responses; the gateway itself answers preflight requests. Pages served by the platform's own
 * distribution share its origin and need none, so the list is empty unless a page is hosted elsewhere.
 */
import { CORRELATION_ID_HEADER, isOrigin } from '../contract';

export class CorsPolicy {
  /** @throws Error when the value is not an array of origins. */
  static fromEnvironment(value: unknown): CorsPolicy {
    const valid = Array.isArray(value) && value.every(origin => typeof origin === 'string' && isOrigin(origin));
    if (!valid) {
      throw new Error(`ALLOWED_ORIGINS must be a JSON array of origins such as "https://videos.example.com"; got ${JSON.stringify(value)}.`);
    }
    return new CorsPolicy(value as string[]);
  }

  private constructor(private readonly origins: readonly string[]) {}

  /** Nothing for a foreign origin. Tokens travel in a header, never in a cookie, so credentials are not allowed. */
  headersFor(origin: string | undefined): Record<string, string> {
    if (this.origins.length === 0) return {};
    const granted = this.origins.find(allowed => allowed === origin);
    const vary = { Vary: 'Origin' };
    if (granted === undefined) return vary;
    return { ...vary, 'Access-Control-Allow-Origin': granted, 'Access-Control-Expose-Headers': CORRELATION_ID_HEADER };
  }
}
