import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

/** The ECS service and the one container of its task that the local platform runs. */
export interface WorkerDefinition {
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly taskRoleArn: string;
  readonly containerName: string;
  /** Build context of the image; its bundle stands there as `index.js`. */
  readonly imageDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stopTimeoutSeconds: number;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
}

interface ContainerProperties {
  readonly Name: string;
  readonly Image: string;
  readonly Essential?: boolean | string;
  readonly Environment?: ReadonlyArray<{ readonly Name: string; readonly Value: unknown }>;
  readonly Secrets?: readonly unknown[];
  readonly StopTimeout?: number | string;
  readonly EntryPoint?: readonly string[];
  readonly Command?: readonly string[];
}

/** ECS's own default, seconds from SIGTERM to SIGKILL. */
const DEFAULT_STOP_TIMEOUT = 30;

export function readWorker(environment: TemplateEnvironment): WorkerDefinition {
  const [service] = environment.ofType('AWS::ECS::Service').filter(resource => resource.stack === environment.main);
  const task = environment.findByReference('AWS::ECS::TaskDefinition', service.requiredText('TaskDefinition'));
  if (!task) throw new TemplateError(`${service.name}: its task definition ${service.text('TaskDefinition')} is not in the template`);
  const { container, imageDirectory } = containerOf(environment, task);
  if (container.Secrets?.length) throw new TemplateError(`${task.name}: container ${container.Name} takes secrets, which do not exist locally`);
  return {
    serviceName: service.attribute('Name'),
    clusterArn: clusterArn(environment, service),
    taskRoleArn: task.requiredText('TaskRoleArn'),
    containerName: container.Name,
    imageDirectory,
    environment: Object.fromEntries((container.Environment ?? []).map(({ Name, Value }) => [Name, String(Value)])),
    stopTimeoutSeconds: Number(container.StopTimeout ?? DEFAULT_STOP_TIMEOUT),
    entryPoint: container.EntryPoint ?? [],
    command: container.Command ?? [],
  };
}

/** Side containers (agents, log routers) come from foreign images; the worker's is an asset of the assembly. */
function containerOf(environment: TemplateEnvironment, task: Resource): { container: ContainerProperties; imageDirectory: string } {
  const containers = task.list<ContainerProperties>('ContainerDefinitions');
  for (const container of containers) {
    const imageDirectory = environment.assembly.imageAsset(container.Image.split(':').pop()!);
    if (imageDirectory !== undefined) return { container, imageDirectory };
  }
  throw new TemplateError(`${task.name}: no container uses an image asset of the assembly (images: ${containers.map(each => each.Image).join(', ')}); `
    + 'only an image built from the app can run locally');
}

function clusterArn(environment: TemplateEnvironment, service: Resource): string {
  const reference = service.text('Cluster') ?? 'default';
  if (reference.startsWith('arn:')) return reference;
  return environment.findByReference('AWS::ECS::Cluster', reference)?.arn
    ?? `arn:aws:ecs:${service.stack.region}:${service.stack.account}:cluster/${reference}`;
}
