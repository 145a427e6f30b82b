import { Duration, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import { PlatformNetwork } from '../../../src/constructs/network/platform-network';
import { LadderProfile } from '../../../src/constructs/processing/ladder-profile';
import { PROCESSOR_ENVIRONMENT, readEnvironment, STANDARD_LADDER } from '../../../src/runtime/contract';
import { create, ENV, synth } from '../../support/ffmpeg-service';
import { findings, needlessAcknowledgements, onlyResource, permissions, resourcesOf, spell } from '../../support/template-facts';

function task(template: Template): Record<string, any> {
  return onlyResource(template, 'AWS::ECS::TaskDefinition').Properties;
}

function worker(template: Template): Record<string, any> {
  return task(template).ContainerDefinitions[0];
}

function environment(template: Template): Record<string, string> {
  return Object.fromEntries(worker(template).Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, spell(Value)]));
}

describe('a new service', () => {
  const { stack, template } = synth();

  test('gives the worker exactly the variables that its spec declares, in the form that it reads', () => {
    const variables = environment(template);
    expect(Object.keys(variables).sort()).toEqual(Object.keys(PROCESSOR_ENVIRONMENT).sort());
    expect(readEnvironment(PROCESSOR_ENVIRONMENT, variables)).toEqual({
      VIDEO_BUCKET: '<VideosBucket>',
      CATALOG_TABLE: '<CatalogTable>',
      JOB_QUEUE_URL: '<JobsQueue>',
      METRICS_NAMESPACE: 'VideoPlatform',
      LOG_LEVEL: 'INFO',
      MAX_UPLOAD_BYTES: 500 * 1024 ** 2,
      MAX_RECEIVE_COUNT: 3,
      VISIBILITY_TIMEOUT_SECONDS: 180,
      HEARTBEAT_SECONDS: 60,
      MAX_JOB_SECONDS: 6 * 3600,
      PROTECTION_SECONDS: 1800,
      STOP_TIMEOUT_SECONDS: 120,
      CONCURRENCY: 1,
      SCRATCH_DIR: 'scratch',
      SCRATCH_BYTES: 18 * 1024 ** 3,
      LADDER_PROFILE: STANDARD_LADDER,
    });
  });

  test('runs the worker without privileges on a read-only file system, with scratch alone to write', () => {
    expect(worker(template)).toMatchObject({
      ReadonlyRootFilesystem: true,
      Privileged: false,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      MountPoints: [{ ContainerPath: '/worker/scratch', ReadOnly: false, SourceVolume: 'scratch' }],
      StopTimeout: 120,
    });
    expect(task(template)).toMatchObject({
      Cpu: '4096',
      Memory: '8192',
      EphemeralStorage: { SizeInGiB: 21 },
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      Volumes: [{ Name: 'scratch' }],
      NetworkMode: 'awsvpc',
    });
  });

  test('calls a worker healthy as long as its sign of life is younger than three heartbeats', () => {
    expect(worker(template).HealthCheck).toMatchObject({
      Command: ['CMD-SHELL', 'test -n "$(find scratch/.alive -mmin -3)"'], Interval: 30, Retries: 3, StartPeriod: 60,
    });
  });

  test.each([[30, 10], [3600, 60], [2, 1]])('hidden for %d seconds, a message is renewed every %d', (visibility, heartbeat) => {
    const { template: other } = synth({ queueProps: { visibilityTimeout: Duration.seconds(visibility) } });
    expect(environment(other).HEARTBEAT_SECONDS).toBe(`${heartbeat}`);
  });

  test('lets the worker do what its job takes, and ECS start it, and nothing more', () => {
    expect(permissions(template).filter(permission => !/FlowLogs|Scaling|ecs:(Describe|Update)Service|sqs:GetQueueAttributes|xray:/.test(permission))).toEqual([
      'dynamodb:GetItem on <CatalogTable>',
      'dynamodb:UpdateItem on <CatalogTable>',
      'ecr:BatchCheckLayerAvailability on arn:AWS::Partition:ecr:eu-west-1:111122223333:repository/worker',
      'ecr:BatchGetImage on arn:AWS::Partition:ecr:eu-west-1:111122223333:repository/worker',
      'ecr:GetAuthorizationToken on *',
      'ecr:GetDownloadUrlForLayer on arn:AWS::Partition:ecr:eu-west-1:111122223333:repository/worker',
      'ecs:UpdateTaskProtection on arn:AWS::Partition:ecs:eu-west-1:111122223333:task/<ProcessorCluster>/*',
      'kms:Decrypt on <VideosKey>',
      'kms:GenerateDataKey on <VideosKey>',
      'logs:CreateLogStream on <ProcessorLog>',
      'logs:PutLogEvents on <ProcessorLog>',
      's3:AbortMultipartUpload on <VideosBucket>/media/*',
      's3:GetObject on <VideosBucket>/metadata/*',
      's3:GetObject on <VideosBucket>/uploads/*',
      's3:GetObjectVersion on <VideosBucket>/uploads/*',
      's3:PutObject on <VideosBucket>/media/*',
      's3:PutObject on <VideosBucket>/metadata/*',
      'sqs:ChangeMessageVisibility on <JobsQueue>',
      'sqs:DeleteMessage on <JobsQueue>',
      'sqs:ReceiveMessage on <JobsQueue>',
    ]);
  });

  test('uses neither policies of AWS nor inline ones', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('its roles can be assumed for tasks of this account only', () => {
    const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role')).map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0])
      .filter(({ Principal }) => Principal.Service === 'ecs-tasks.amazonaws.com');
    expect(roles).toHaveLength(2);
    for (const { Condition } of roles) expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': ENV.account });
  });

  test('starts in isolated subnets, after their way to AWS and the capacity exist', () => {
    const { Properties, DependsOn } = onlyResource(template, 'AWS::ECS::Service');
    expect(Properties.NetworkConfiguration.AwsvpcConfiguration).toMatchObject({ AssignPublicIp: 'DISABLED' });
    expect(Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets).toHaveLength(3);
    const types = new Set(DependsOn!.map(id => (template.toJSON().Resources as Record<string, { Type: string }>)[id].Type));
    for (const type of ['EC2::VPCEndpoint', 'EC2::SecurityGroupIngress', 'EC2::SecurityGroupEgress', 'ECS::ClusterCapacityProviderAssociations']) {
      expect(types).toContain(`AWS::${type}`);
    }
    expect(types).not.toContain('AWS::EC2::FlowLog');
  });

  test('rolls back a deployment whose tasks do not start, and leaves the count of tasks to scaling', () => {
    const { Properties } = onlyResource(template, 'AWS::ECS::Service');
    expect(Properties.DeploymentConfiguration).toMatchObject({
      DeploymentCircuitBreaker: { Enable: true, Rollback: true }, MinimumHealthyPercent: 100, MaximumPercent: 200,
    });
    expect(Properties).not.toHaveProperty('DesiredCount');
    expect(Properties.PlatformVersion).toBe('1.4.0');
  });

  test('keeps one task on demand and runs most others on Spot capacity', () => {
    expect(onlyResource(template, 'AWS::ECS::Service').Properties.CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE', Base: 1, Weight: 30 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 70 },
    ]);
    expect(onlyResource(template, 'AWS::ECS::ClusterCapacityProviderAssociations').Properties.CapacityProviders).toEqual(['FARGATE', 'FARGATE_SPOT']);
  });

  test('logs to an encrypted group that is kept for a year', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue(), RetentionInDays: 365 });
    expect(worker(template).LogConfiguration.Options.mode).toBe('non-blocking');
  });

  test('passes every rule pack, and acknowledges nothing that no rule asks about', () => {
    expect(findings(stack)).toEqual([]);
    expect(needlessAcknowledgements(stack)).toEqual([]);
  });
});

describe('with parts of the user', () => {
  test('uses their cluster, network and log key', () => {
    const { template, service } = synth(stack => {
      const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0', vpcCidrBlock: '10.0.0.0/16', availabilityZones: ['a'], isolatedSubnetIds: ['subnet-0123456789abcdef0'],
      });
      return {
        network: PlatformNetwork.fromVpc(stack, 'Network', { vpc }),
        cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc }),
        logEncryptionKey: new kms.Key(stack, 'LogKey'),
      };
    });
    for (const type of ['AWS::ECS::Cluster', 'AWS::EC2::VPC', 'AWS::ECS::ClusterCapacityProviderAssociations']) template.resourceCountIs(type, 0);
    template.resourceCountIs('AWS::KMS::Key', 2);
    expect(spell(onlyResource(template, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties.ResourceId)).toMatch(/^service\/shared\//);
    expect(permissions(template)).toContain('ecs:UpdateTaskProtection on arn:AWS::Partition:ecs:eu-west-1:111122223333:task/shared/*');
    expect(service.cluster.clusterName).toBe('shared');
  });

  test('starts in the subnets of their network, whatever VPC the cluster belongs to', () => {
    const subnets = ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0aaaaaaaaaaaaaaa2'];
    const { template } = synth(stack => ({
      cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', {
        clusterName: 'shared',
        vpc: ec2.Vpc.fromVpcAttributes(stack, 'OtherVpc', { vpcId: 'vpc-0bbbbbbbbbbbbbbbb', availabilityZones: ['a'], isolatedSubnetIds: ['subnet-0bbbbbbbbbbbbbbbb'] }),
      }),
      network: PlatformNetwork.fromVpc(stack, 'Network', {
        vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
          vpcId: 'vpc-0aaaaaaaaaaaaaaaa', vpcCidrBlock: '10.0.0.0/16', availabilityZones: ['a', 'b'], isolatedSubnetIds: subnets,
        }),
      }),
    }));
    const { Subnets } = onlyResource(template, 'AWS::ECS::Service').Properties.NetworkConfiguration.AwsvpcConfiguration;
    expect(Subnets).toEqual(subnets);
  });

  test('one log key serves network and service, and is mentioned once in its policy', () => {
    const { template } = synth(stack => ({ logEncryptionKey: new kms.Key(stack, 'LogKey') }));
    const statements = Object.values(resourcesOf(template, 'AWS::KMS::Key')).flatMap(({ Properties }) => Properties.KeyPolicy.Statement);
    expect(statements.filter(({ Sid }) => Sid === 'CloudWatchLogs')).toHaveLength(1);
  });
});

describe('sizes', () => {
  test('storage grows with the largest upload and its ladder, and scratch is what the image leaves', () => {
    const { template } = synth({ maxUploadSize: Size.gibibytes(5) });
    // 5 GiB source + 4 renditions of up to 4 times its size + 32 MiB, rounded up, + 3 GiB for the image.
    const expected = 5 + 4 * 4 * 5 + 1 + 3;
    expect(task(template).EphemeralStorage.SizeInGiB).toBeLessThanOrEqual(expected);
    expect(Number(environment(template).SCRATCH_BYTES)).toBe((task(template).EphemeralStorage.SizeInGiB - 3) * 1024 ** 3);
  });

  test('twice the jobs take twice the disk', () => {
    const one = task(synth({ maxUploadSize: Size.gibibytes(2) }).template).EphemeralStorage.SizeInGiB - 3;
    const two = task(synth({ maxUploadSize: Size.gibibytes(2), concurrency: 2 }).template).EphemeralStorage.SizeInGiB - 3;
    expect([two, two + 1]).toContain(2 * one);
  });

  test('x86 tasks of another size', () => {
    const { template } = synth({
      cpuArchitecture: ecs.CpuArchitecture.X86_64, cpu: 8192, memoryLimitMiB: 16_384, ephemeralStorage: Size.gibibytes(50),
    });
    expect(task(template)).toMatchObject({
      Cpu: '8192', Memory: '16384', EphemeralStorage: { SizeInGiB: 50 }, RuntimePlatform: { CpuArchitecture: 'X86_64' },
    });
  });
});

describe('capacity', () => {
  test.each([
    [{ spotPercentage: 0 }, [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 100 }]],
    [{ spotPercentage: 100, onDemandBase: 0 }, [{ CapacityProvider: 'FARGATE_SPOT', Weight: 100 }]],
    [{ spotPercentage: 50, onDemandBase: 2 }, [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 50 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 50 }]],
  ])('%j', (props, expected) => {
    expect(onlyResource(synth(props).template, 'AWS::ECS::Service').Properties.CapacityProviderStrategy).toEqual(expected);
  });
});

test('metrics carry the namespace of the platform and the name of the service', () => {
  const { stack, service } = create({ metricsNamespace: 'Own', ladder: LadderProfile.mobile() });
  const { namespace, metricName, dimensions } = service.metricJobsFailed().toMetricConfig().metricStat!;
  expect({ namespace, metricName, dimensions }).toEqual({
    namespace: 'Own', metricName: 'JobsFailed', dimensions: [{ name: 'service', value: 'processor' }],
  });
  expect(service.metricJobSeconds().statistic).toBe('Average');
  expect(stack.resolve(service.metricRunningTasks().dimensions)).toHaveProperty('ServiceName');
});
