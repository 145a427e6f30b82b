import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { awsFailure, nameOf } from './aws-failure';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { WorkerFleet } from '../../ports/worker-fleet';

export interface EcsWorkerFleetOptions {
  readonly cluster: string;
  /** ARN or name. */
  readonly service: string;
}

/** The service goes, or is not there yet: nobody to start, and no fault. */
const GONE = new Set(['ServiceNotActiveException', 'ServiceNotFoundException']);

/**
 * The workers as an ECS service. A change of its desired count alone is no deployment, and Application Auto Scaling allows it from outside
 * (Application Auto Scaling user guide, "Concepts": "You can make out-of-band changes directly to the underlying resource").
 */
export class EcsWorkerFleet implements WorkerFleet {
  constructor(private readonly client: ECSClient, private readonly options: EcsWorkerFleetOptions) {}

  async wanted(): Promise<number | undefined> {
    const { cluster, service } = this.options;
    const { services = [], failures = [] } = await this.client.send(new DescribeServicesCommand({ cluster, services: [service] }))
      .catch(error => { throw awsFailure(error, 'Describing the worker service'); });
    const [found] = services;
    if (found) return found.status === 'ACTIVE' ? found.desiredCount : undefined;
    if (failures.every(({ reason }) => reason === 'MISSING')) return undefined;
    throw new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, `Describing the worker service: ${JSON.stringify(failures)}`);
  }

  async want(count: number): Promise<void> {
    const { cluster, service } = this.options;
    try {
      await this.client.send(new UpdateServiceCommand({ cluster, service, desiredCount: count }));
    } catch (error) {
      if (!GONE.has(nameOf(error))) throw awsFailure(error, `Asking for ${count} workers`);
    }
  }
}
