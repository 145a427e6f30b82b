export interface CheckResult {
  readonly name: string;
  /** `warning`: a deployment may go well without it. */
  readonly status: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  /** What to do; absent when there is nothing to do. */
  readonly fix?: string;
}

export function ok(name: string, detail: string): CheckResult {
  return { name, status: 'ok', detail };
}

export function missing(name: string, detail: string, fix: string): CheckResult {
  return { name, status: 'missing', detail, fix };
}

export function warning(name: string, detail: string, fix: string): CheckResult {
  return { name, status: 'warning', detail, fix };
}

/** The AWS error's own name, when the call failed because the thing is not there. */
export function isAbsent(error: unknown): boolean {
  return /^(ParameterNotFound|NoSuchEntity|NoSuchEntityException|NoSuchResourceException|NotFoundException)$/.test((error as Error).name);
}
