import { HOURS_PER_MONTH, RegionPrices, SPOT_DISCOUNT } from './prices';
import { listOf, Properties, recordOf, resourcesOf, Template } from './template';
import { LadderProfileSpec, ladderCost } from '../../runtime/contract';

/** Scratch space that a Fargate task has for nothing, GB (https://aws.amazon.com/fargate/pricing/). */
const FREE_STORAGE_GB = 20;

/** The worker of a template, as far as it costs. */
export interface Worker {
  readonly vcpus: number;
  readonly memoryGb: number;
  readonly storageGb: number;
  readonly arm: boolean;
  readonly publicIp: boolean;
  /** Share of its tasks that run on Spot once more than the base run, 0 to 1. */
  readonly spotShare: number;
  readonly minTasks: number;
  readonly concurrency: number;
  readonly ladder: LadderProfileSpec;
}

/** Undefined for a stack without a worker. */
export function readWorker(template: Template): Worker | undefined {
  const [[, service] = []] = resourcesOf(template, 'AWS::ECS::Service');
  const environments = resourcesOf(template, 'AWS::ECS::TaskDefinition').map(([, task]) => ({ task, environment: environmentOf(task) }));
  const found = environments.find(({ environment }) => environment.LADDER_PROFILE !== undefined);
  if (!found || !service) return undefined;
  const { task, environment } = found;
  const [[, target] = []] = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget');
  return {
    vcpus: Number(task.Cpu) / 1024,
    memoryGb: Number(task.Memory) / 1024,
    storageGb: Number(recordOf(task.EphemeralStorage).SizeInGiB ?? FREE_STORAGE_GB),
    arm: recordOf(task.RuntimePlatform).CpuArchitecture === 'ARM64',
    publicIp: recordOf(recordOf(service.NetworkConfiguration).AwsvpcConfiguration).AssignPublicIp === 'ENABLED',
    spotShare: spotShare(service),
    minTasks: Number(target?.MinCapacity ?? service.DesiredCount ?? 0),
    concurrency: Number(environment.CONCURRENCY ?? 1),
    ladder: JSON.parse(String(environment.LADDER_PROFILE)) as LadderProfileSpec,
  };
}

function environmentOf(task: Properties): Properties {
  const entries = listOf(task.ContainerDefinitions).flatMap(container => listOf(recordOf(container).Environment)).map(recordOf);
  return Object.fromEntries(entries.map(({ Name, Value }) => [String(Name), Value]));
}

function spotShare(service: Properties): number {
  const strategy = listOf(service.CapacityProviderStrategy).map(recordOf);
  const weight = (provider?: string) => strategy.filter(each => provider === undefined || each.CapacityProvider === provider)
    .reduce((sum, each) => sum + Number(each.Weight ?? 0), 0);
  return weight() === 0 ? 0 : weight('FARGATE_SPOT') / weight();
}

/** Dollars for one worker that runs an hour on demand. */
export function workerHour(worker: Worker, prices: RegionPrices): number {
  const [vcpu, gb] = worker.arm
    ? [prices.fargateArmVcpuHour, prices.fargateArmGbHour] : [prices.fargateX86VcpuHour, prices.fargateX86GbHour];
  return worker.vcpus * vcpu + worker.memoryGb * gb
    + Math.max(0, worker.storageGb - FREE_STORAGE_GB) * prices.fargateStorageGbHour
    + (worker.publicIp ? prices.publicIpv4Hour : 0);
}

/** The discount is on processor and memory; scratch space and IP addresses have one price. */
export function spotWorkerHour(worker: Worker, prices: RegionPrices): number {
  const bare = workerHour({ ...worker, storageGb: 0, publicIp: false }, prices);
  return workerHour(worker, prices) - bare * SPOT_DISCOUNT;
}

/** Dollars per month for workers that always run: what `minTasks` costs. */
export function standbyMonth(worker: Worker, prices: RegionPrices): number {
  return workerHour(worker, prices) * HOURS_PER_MONTH;
}

/** Hours that one worker is busy with so many minutes of source. */
export function busyHours({ ladder, vcpus, concurrency }: Worker, sourceMinutes: number): number {
  return ladderCost(ladder, vcpus * 1024, concurrency).secondsPerSourceSecond / concurrency * sourceMinutes / 60;
}
