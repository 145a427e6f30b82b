import { JsonObject, ServiceError } from '../http-json';
import { accessDenied, JsonCall, JsonError, JsonReply, jsonReply, JsonService } from '../json-service';
import { AccessDenied, Authorizer } from '../types';

/** A service of the template. How many of its tasks really run is its owner's business. */
export interface EcsServiceDefinition {
  readonly arn: string;
  readonly clusterArn: string;
  readonly desiredCount: number;
  /** Called with every new number that is asked for. */
  readonly onDesiredCount: (count: number) => void;
}

/** ECS for what starts workers: a service is described, and another number of tasks is asked for. */
export class EcsService implements JsonService {
  readonly name = 'ecs';
  readonly targetPrefix = 'AmazonEC2ContainerServiceV20141113';
  private readonly desired: Map<string, number>;

  constructor(private readonly services: readonly EcsServiceDefinition[], private readonly authorizer: Authorizer) {
    this.desired = new Map(services.map(({ arn, desiredCount }) => [arn, desiredCount]));
  }

  async execute({ operation, input, caller }: JsonCall): Promise<JsonReply> {
    const allow = (arn: string) => {
      try {
        this.authorizer.authorize(caller, `ecs:${operation}`, arn);
      } catch (error) {
        throw error instanceof AccessDenied ? accessDenied(error, 'AccessDeniedException', 400) : error;
      }
    };
    if (operation === 'DescribeServices') return jsonReply(this.describe(input, allow));
    if (operation === 'UpdateService') return jsonReply(this.update(input, allow));
    throw new ServiceError('UnknownOperationException', `The local ECS does not implement ${operation}.`);
  }

  renderError({ code, message, status }: ServiceError): JsonError {
    return { status, payload: { __type: code, message } };
  }

  async close(): Promise<void> {
    // Nothing is kept.
  }

  private describe({ cluster, services = [] }: JsonObject, allow: (arn: string) => void): JsonObject {
    const asked = (services as readonly unknown[]).map(String);
    const found = asked.map(name => this.find(String(cluster), name));
    for (const service of found) if (service) allow(service.arn);
    return {
      services: found.flatMap(service => service ? [this.render(service)] : []),
      failures: asked.filter((_, index) => !found[index]).map(arn => ({ arn, reason: 'MISSING' })),
    };
  }

  /** @throws for any other change than that of the number: the template alone says what a task is. */
  private update({ cluster, service: name, desiredCount, ...others }: JsonObject, allow: (arn: string) => void): JsonObject {
    const service = this.find(String(cluster), String(name));
    if (!service) throw new ServiceError('ServiceNotFoundException', 'Service not found.');
    allow(service.arn);
    if (Object.keys(others).length > 0) {
      throw new ServiceError('InvalidParameterException', `The local ECS changes the desired count alone, received ${Object.keys(others).join(', ')}.`);
    }
    if (typeof desiredCount !== 'number' || !Number.isInteger(desiredCount) || desiredCount < 0) {
      throw new ServiceError('InvalidParameterException', `desiredCount must be a whole number, received ${JSON.stringify(desiredCount)}.`);
    }
    this.desired.set(service.arn, desiredCount);
    service.onDesiredCount(desiredCount);
    return { service: this.render(service) };
  }

  private find(cluster: string, name: string): EcsServiceDefinition | undefined {
    return this.services.find(({ arn, clusterArn }) => (
      (cluster === clusterArn || cluster === clusterArn.split('/').pop()) && (name === arn || name === arn.split('/').pop())
    ));
  }

  private render({ arn, clusterArn }: EcsServiceDefinition): JsonObject {
    return { serviceArn: arn, serviceName: arn.split('/').pop(), clusterArn, status: 'ACTIVE', desiredCount: this.desired.get(arn) };
  }
}
