import { TemplateError } from '../template';

/** Amazon's managed cache policies by their ids (developer guide, "Use managed cache policies"). */
const POLICIES: Readonly<Record<string, { readonly cached: boolean; readonly encodings: boolean }>> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { cached: true, encodings: true },
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { cached: true, encodings: false },
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { cached: false, encodings: false },
};

/** What CachingOptimized takes when the origin says nothing, in seconds. */
const DEFAULT_TTL_SECONDS = 86_400;

/**
 * Which objects CloudFront would have at hand. Only the keys are kept, not the bytes: answers always come from the origin, and a header
 * says whether they would have come from the cache.
 */
export class CacheKeys {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => Date) {}

  /** The key, or undefined where nothing is cached. By the path after the function has seen it; none of the policies takes the query. */
  keyOf(policyId: string, path: string, acceptEncoding: string | undefined): string | undefined {
    const policy = POLICIES[policyId];
    if (!policy) throw new TemplateError(`cache policy ${policyId} is not known locally; add it to local/edge/cache-keys.ts`);
    if (!policy.cached) return undefined;
    const encodings = policy.encodings ? ['br', 'gzip'].filter(each => acceptEncoding?.includes(each)).join(',') : '';
    return encodings ? `${path} ${encodings}` : path;
  }

  /** Whether it was there, and from now on is for as long as its answer says. */
  visit(key: string, cacheControl: string | undefined): 'Hit' | 'Miss' {
    const now = this.now().getTime();
    if ((this.until.get(key) ?? 0) > now) return 'Hit';
    const seconds = /no-store|no-cache|private/.test(cacheControl ?? '') ? 0 : Number(/max-age=(\d+)/.exec(cacheControl ?? '')?.[1] ?? DEFAULT_TTL_SECONDS);
    this.until.set(key, now + seconds * 1000);
    return 'Miss';
  }
}
