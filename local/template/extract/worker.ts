import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

/** The ECS service and the one container of its task that the local platform runs. */
export interface WorkerDefinition {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly taskRoleArn: string;
  readonly containerName: string;
  /** Build context of the image; its bundle stands there as `index.js`. */
  readonly imageDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stopTimeoutSeconds: number;
}

interface FoundContainer {
  readonly container: ContainerProperties;
  /** Among the task's containers. */
  readonly index: number;
  readonly imageDirectory: string;
}

interface ContainerProperties {
  readonly name: string;
  readonly stopTimeoutSeconds: number;
}

/** ECS's own default, seconds from SIGTERM to SIGKILL. */
const DEFAULT_STOP_TIMEOUT = 30;

export function readWorker(environment: TemplateEnvironment): WorkerDefinition {
  const [service] = environment.ofType('AWS::ECS::Service').filter(resource => resource.stack === environment.main);
  const task = environment.findByReference('AWS::ECS::TaskDefinition', service.requiredText('TaskDefinition'));
  if (!task) throw new TemplateError(`${service.name}: its task definition ${service.text('TaskDefinition')} is not in the template`);
  const { container, index, imageDirectory } = containerOf(environment, task);
  return {
    serviceArn: service.reference,
    serviceName: service.attribute('Name'),
    clusterArn: clusterArn(environment, service),
    taskRoleArn: task.requiredText('TaskRoleArn'),
    containerName: container.name,
    imageDirectory,
    // Read late: it names the queue by its URL, which is not known before the gateway listens.
    get environment() { return environmentOf(task, index); },
    stopTimeoutSeconds: container.stopTimeoutSeconds,
  };
}

/** Side containers (agents, log routers) come from foreign images; the worker's is an asset of the assembly. */
function containerOf(environment: TemplateEnvironment, task: Resource): FoundContainer {
  const images: string[] = [];
  for (let index = 0; task.text(`ContainerDefinitions.${index}.Name`) !== undefined; index++) {
    const image = task.requiredText(`ContainerDefinitions.${index}.Image`);
    const imageDirectory = environment.assembly.imageAsset(image.split(':').pop()!);
    if (imageDirectory !== undefined) return { container: readContainer(task, index), index, imageDirectory };
    images.push(image);
  }
  throw new TemplateError(`${task.name}: no container uses an image asset of the assembly (images: ${images.join(', ')}); `
    + 'only an image built from the app can run locally');
}

function readContainer(task: Resource, index: number): ContainerProperties {
  const property = (name: string) => `ContainerDefinitions.${index}.${name}`;
  const unsupported = ['Command', 'EntryPoint', 'Secrets', 'EnvironmentFiles'].find(name => task.list(property(name)).length > 0);
  const name = task.requiredText(property('Name'));
  if (unsupported) throw new TemplateError(`${task.name}: container ${name} sets ${unsupported}, which is not implemented locally`);
  return { name, stopTimeoutSeconds: task.number(property('StopTimeout')) ?? DEFAULT_STOP_TIMEOUT };
}

function environmentOf(task: Resource, index: number): Record<string, string> {
  const variables = task.list<{ readonly Name: string; readonly Value: unknown }>(`ContainerDefinitions.${index}.Environment`);
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, String(Value)]));
}

function clusterArn(environment: TemplateEnvironment, service: Resource): string {
  const reference = service.text('Cluster') ?? 'default';
  if (reference.startsWith('arn:')) return reference;
  return environment.findByReference('AWS::ECS::Cluster', reference)?.arn
    ?? `arn:aws:ecs:${service.stack.region}:${service.stack.account}:cluster/${reference}`;
}
