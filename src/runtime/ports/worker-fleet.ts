/** The workers, as the scaler needs them. */
export interface WorkerFleet {
  /** How many are wanted now, those still starting included; undefined when there is no service that could take more. */
  wanted(): Promise<number | undefined>;
  want(count: number): Promise<void>;
}
