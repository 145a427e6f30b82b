import * as ecs from 'aws-cdk-lib/aws-ecs';

export interface FargateCapacity {
  readonly onDemandBase: number;
  /** Of the tasks beyond the base. */
  readonly spotPercentage: number;
}

/** How tasks are spread over on-demand and Spot capacity. ECS weights run from 0 to 1000; percentages are enough. */
export function capacityStrategy({ onDemandBase, spotPercentage }: FargateCapacity): ecs.CapacityProviderStrategy[] {
  const onDemand = { capacityProvider: 'FARGATE', base: onDemandBase, weight: 100 - spotPercentage };
  const spot = { capacityProvider: 'FARGATE_SPOT', weight: spotPercentage };
  return [onDemand, spot].filter(({ weight }) => weight > 0);
}
