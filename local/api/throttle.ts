import type { Throttle } from '../template';

/** Token buckets of the stage's method settings; the most exact setting that fits a request counts. */
export class Throttles {
  private readonly buckets: ReadonlyArray<{ readonly setting: Throttle; readonly bucket: TokenBucket }>;

  constructor(settings: readonly Throttle[], now: () => number = Date.now) {
    this.buckets = [...settings].sort((left, right) => exactness(right) - exactness(left))
      .map(setting => ({ setting, bucket: new TokenBucket(setting.rate, setting.burst, now) }));
  }

  admits(httpMethod: string, resourcePath: string): boolean {
    const found = this.buckets.find(({ setting }) => fits(setting.path, resourcePath, '/*') && fits(setting.httpMethod, httpMethod, '*'));
    return found?.bucket.take() ?? true;
  }
}

class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(private readonly rate: number, private readonly burst: number, private readonly now: () => number) {
    this.tokens = burst;
    this.filledAt = now();
  }

  take(): boolean {
    const now = this.now();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.filledAt) / 1000 * this.rate);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

function fits(pattern: string, value: string, all: string): boolean {
  return pattern === all || pattern === value;
}

function exactness({ path, httpMethod }: Throttle): number {
  return (path === '/*' ? 0 : 2) + (httpMethod === '*' ? 0 : 1);
}
