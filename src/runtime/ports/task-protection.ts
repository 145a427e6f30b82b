/** Keeps the scheduler from stopping this task while it works (scale-in and deployments, not Spot). */
export interface TaskProtection {
  protect(minutes: number): Promise<void>;
  release(): Promise<void>;
}
