import type { Grant } from './statement';

/** What one principal did to one resource; each combination is listed once. */
export interface Usage {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
}

/** Remembers what was allowed and which grants made it so, for tests that look for grants nobody needs. */
export class GrantUsage {
  private readonly calls = new Map<string, Usage>();
  private readonly used = new Set<string>();

  record(usage: Usage): void {
    this.calls.set(JSON.stringify([usage.principalArn, usage.action, usage.resource]), usage);
  }

  usage(): readonly Usage[] {
    return [...this.calls.values()];
  }

  markUsed(principalArn: string, grant: Grant): void {
    this.used.add(key(principalArn, grant));
  }

  isUsed(principalArn: string, grant: Grant): boolean {
    return this.used.has(key(principalArn, grant));
  }
}

function key(principalArn: string, grant: Grant): string {
  return JSON.stringify([principalArn, grant.policy, grant.statement, grant.action, grant.resource]);
}
