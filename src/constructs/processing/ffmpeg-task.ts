import * as fs from 'fs';
import * as path from 'path';
import { Duration, Size, Stack, Validations } from 'aws-cdk-lib';
import * as ecrAssets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ALIVE_FILE, EnvironmentOf, PROCESSOR_ENVIRONMENT } from '../../runtime/contract';
import { ServiceRole } from '../shared/service-role';

export interface FfmpegTaskProps {
  readonly image?: ecs.ContainerImage;
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly cpuArchitecture: ecs.CpuArchitecture;
  readonly storageGib: number;
  readonly heartbeat: Duration;
  readonly stopTimeout: Duration;
  readonly logGroup: logs.ILogGroup;
  /** Given the task's role, everything the worker reads. */
  readonly environment: (role: iam.IRole) => EnvironmentOf<typeof PROCESSOR_ENVIRONMENT>;
}

/** The image works here; everything else in it is read-only. */
const WORK_DIRECTORY = '/worker';
/** Below the working directory, and passed to the worker as such, so that the same environment works on a laptop. */
export const SCRATCH = 'scratch';

/** The package's root: this file is at the same depth in `src/` and in `lib/`. */
const IMAGE_DIRECTORY = path.resolve(__dirname, '..', '..', '..', 'assets', 'runtime', 'processor');

/** One worker: an unprivileged container on a read-only file system, with a scratch volume, and its two roles. */
export class FfmpegTask extends Construct {
  public readonly definition: ecs.FargateTaskDefinition;
  public readonly container: ecs.ContainerDefinition;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: FfmpegTaskProps) {
    super(scope, id);
    this.role = this.taskRole('Role', 'What the video processor may do');
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      cpu: props.cpu,
      memoryLimitMiB: props.memoryLimitMiB,
      ephemeralStorageGiB: props.storageGib,
      runtimePlatform: { cpuArchitecture: props.cpuArchitecture, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
      taskRole: this.role,
      executionRole: this.executionRole(),
      volumes: [{ name: SCRATCH }],
    });
    this.container = this.addContainer(props);
    acknowledgeEnvironment(this.definition);
  }

  private addContainer(props: FfmpegTaskProps): ecs.ContainerDefinition {
    const container = this.definition.addContainer('Worker', {
      image: props.image ?? shippedImage(this, props.cpuArchitecture),
      environment: { ...props.environment(this.role) },
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: unprivileged(this),
      stopTimeout: props.stopTimeout,
      healthCheck: aliveCheck(props.heartbeat),
      // Logs never hold up a job: beyond the buffer they are lost.
      logging: ecs.LogDrivers.awsLogs({
        logGroup: props.logGroup,
        streamPrefix: 'worker',
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(10),
      }),
    });
    container.addMountPoints({ sourceVolume: SCRATCH, containerPath: `${WORK_DIRECTORY}/${SCRATCH}`, readOnly: false });
    return container;
  }

  /** Pulls the image and opens the log stream; ECS's own managed policy would allow that for every repository and group. */
  private executionRole(): iam.Role {
    const role = this.taskRole('ExecutionRole', 'Lets ECS start the video processor: pull its image, write its logs');
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken supports no resource-level permissions (service authorization reference, Amazon ECR); '
        + 'the token opens only what the other statements name.',
    });
    return role;
  }

  private taskRole(id: string, description: string): ServiceRole {
    const stack = Stack.of(this);
    return new ServiceRole(this, id, {
      service: 'ecs-tasks.amazonaws.com',
      description,
      // Against the confused deputy (ECS developer guide, "Task IAM role").
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) },
      },
    });
  }
}

function shippedImage(scope: Construct, cpuArchitecture: ecs.CpuArchitecture): ecs.ContainerImage {
  if (!fs.existsSync(path.join(IMAGE_DIRECTORY, 'index.js'))) {
    throw new Error(`${scope.node.path}: the bundled processor is missing: there is no index.js in ${IMAGE_DIRECTORY}. `
      + 'In a checkout of cdk-video-platform, run `npx projen bundle`; as a dependency, install the package again.');
  }
  const isArm = cpuArchitecture._cpuArchitecture === ecs.CpuArchitecture.ARM64._cpuArchitecture;
  const platform = isArm ? ecrAssets.Platform.LINUX_ARM64 : ecrAssets.Platform.LINUX_AMD64;
  return ecs.ContainerImage.fromDockerImageAsset(new ecrAssets.DockerImageAsset(scope, 'Image', { directory: IMAGE_DIRECTORY, platform }));
}

function unprivileged(scope: Construct): ecs.LinuxParameters {
  const parameters = new ecs.LinuxParameters(scope, 'Unprivileged');
  parameters.dropCapabilities(ecs.Capability.ALL);
  return parameters;
}

/**
 * Healthy means that the worker has polled or worked lately, not that a process exists: it touches a file, and a stalled event
 * loop or a loop that cannot reach SQS any more lets it grow old. Three heartbeats old, three times in a row, and ECS replaces the task.
 */
function aliveCheck(heartbeat: Duration): ecs.HealthCheck {
  const minutes = Math.max(2, Math.ceil(3 * heartbeat.toSeconds() / 60));
  return {
    command: ['CMD-SHELL', `test -n "$(find ${SCRATCH}/${ALIVE_FILE} -mmin -${minutes})"`],
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    retries: 3,
    // The first poll takes up to 20 seconds.
    startPeriod: Duration.seconds(60),
  };
}

function acknowledgeEnvironment(definition: ecs.TaskDefinition): void {
  Validations.of(definition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'The variables name resources and limits, which are no secrets; credentials come from the task role.',
  });
}
