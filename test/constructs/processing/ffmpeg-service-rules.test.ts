import { CfnParameter, Duration, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { LadderEffort, LadderProfile, RungCodec } from '../../../src/constructs/processing/ladder-profile';
import { create, OwnProps, synth } from '../../support/ffmpeg-service';
import { onlyResource } from '../../support/template-facts';

describe('props that cannot work', () => {
  test.each<[string, OwnProps, RegExp]>([
    ['a heartbeat as long as the visibility', { heartbeat: Duration.seconds(180) }, /heartbeat must be at most half .* got 180 and 180 seconds/],
    ['a heartbeat of which none may get lost', { heartbeat: Duration.seconds(91) }, /got 91 and 180 seconds/],
    ['a heartbeat longer than a visibility of the user', {
      heartbeat: Duration.seconds(60), queueProps: { visibilityTimeout: Duration.seconds(30) },
    }, /got 60 and 30 seconds.*use a third/s],
    ['a heartbeat of half a second', { heartbeat: Duration.millis(500) }, /whole seconds, at least 1, got 0.5/],
    ['a stop timeout beyond Fargate', { stopTimeout: Duration.seconds(300) }, /stopTimeout must be 10 to 120 whole seconds, got 300/],
    ['a stop timeout in which nothing can be given back', { stopTimeout: Duration.seconds(2) }, /got 2\./],
    ['a job as long as SQS hides a message', { maxJobDuration: Duration.hours(12) }, /shorter than 12 hours, got 43200/],
    ['a job that outlasts what the visibility leaves of the 12 hours', {
      maxJobDuration: Duration.hours(11), queueProps: { visibilityTimeout: Duration.hours(2) },
    }, /at most 12 hours together, got 39600 and 7200 seconds/],
    ['a visibility that leaves a job no time', { queueProps: { visibilityTimeout: Duration.hours(12) } }, /got 21600 and 43200 seconds/],
    ['a deployment that waits as long as CloudFormation does', { deploymentWait: Duration.hours(3) }, /deploymentWait must be 1 minute to 2 hours .*got 10800/],
    ['a deployment that waits for half a minute', { deploymentWait: Duration.seconds(30) }, /whole minutes, got 30 seconds/],
    ['a job of half a second more', { maxJobDuration: Duration.millis(90_500) }, /maxJobDuration must be whole seconds, got 90.5/],
    ['a stop timeout of half a second more', { stopTimeout: Duration.millis(30_500) }, /whole seconds, got 30.5/],
    ['jobs that on average outlast the limit', {
      averageJobDuration: Duration.minutes(10), maxJobDuration: Duration.minutes(5),
    }, /averageJobDuration must be at most maxJobDuration, got 600 and 300 seconds/],
    ['a job shorter than a heartbeat', { maxJobDuration: Duration.seconds(30) }, /longer than the heartbeat, got 30 and 60/],
    ['CPU that Fargate does not offer', { cpu: 3000 }, /cpu must be one of 256, .* got 3000/],
    ['memory that does not go with the CPU', { cpu: 1024, memoryLimitMiB: 16_384 }, /1024 CPU units must be 2048 to 8192 MiB .* got 16384/],
    ['memory between two steps', { cpu: 8192, memoryLimitMiB: 17_408 }, /steps of 4096, got 17408/],
    ['memory of one and a half GiB', { cpu: 256, memoryLimitMiB: 1536 }, /256 CPU units must be 512, 1024 or 2048 MiB, got 1536/],
    ['a processor that Fargate does not have', { cpuArchitecture: ecs.CpuArchitecture.of('RISCV') }, /ARM64 or X86_64, got 'RISCV'/],
    ['an upload of nothing', { maxUploadSize: Size.bytes(0) }, /maxUploadSize must be from 1 byte to 5 GiB.*got 0/],
    ['a source that no upload can carry', { maxUploadSize: Size.gibibytes(6) }, /maxUploadSize must be from 1 byte to 5 GiB/],
    ['no job at a time', { concurrency: 0 }, /concurrency must be a whole number of at least 1, got 0/],
    ['less disk than Fargate offers', { ephemeralStorage: Size.gibibytes(20) }, /ephemeralStorage must be 21 to 200 GiB, got 20/],
    ['more disk than Fargate offers', { ephemeralStorage: Size.gibibytes(201) }, /got 201/],
    ['less disk than a source needs', {
      ephemeralStorage: Size.gibibytes(21), maxUploadSize: Size.gibibytes(5),
    }, /too small: 1 job.*need \d+ GiB, got 21 GiB/],
    ['a source that no disk holds', { maxUploadSize: Size.gibibytes(500) }, /need \d+ GiB, but Fargate offers at most 200/],
    ['more tasks at least than at most', { minTasks: 3, maxTasks: 2 }, /got 3 and 2/],
    ['no task at all', { maxTasks: 0 }, /got 0 and 0/],
    ['half a task', { minTasks: 0.5 }, /got 0.5 and 10/],
    ['fewer tasks than none', { minTasks: -1 }, /got -1 and 10/],
    ['half a task on demand', { onDemandBase: 0.5 }, /onDemandBase must be .* got 0.5/],
    ['a negative share on Spot', { spotPercentage: -1 }, /from 0 to 100, got -1/],
    ['more than all on Spot', { spotPercentage: 101 }, /from 0 to 100, got 101/],
    ['all on Spot but one', { spotPercentage: 100 }, /spotPercentage 100 .* 1 task\(s\).*Use 99/s],
    ['no latency', { acceptableLatency: Duration.seconds(0) }, /acceptableLatency must be at least 1 second, got 0/],
    ['jobs without duration', { averageJobDuration: Duration.seconds(0) }, /averageJobDuration must be at least 1 second, got 0/],
    ['an unknown log level', { logLevel: 'LOUD' }, /logLevel must be one of .* got 'LOUD'/],
  ])('%s', (_name, props, message) => {
    expect(() => create(props)).toThrow(message);
    // What is wrong, what was received, and how to fix it.
    expect(() => create(props)).toThrow(/must|need|leaves/);
    expect(() => create(props)).toThrow(/got|need \d+ GiB|task\(s\)/);
    expect(() => create(props)).toThrow(/\b(use|raise|lower|shorten|choose|change|give|leave|measure)\b/i);
  });

  test('one error names every contradiction', () => {
    expect(() => create({ concurrency: 0, stopTimeout: Duration.seconds(300), cpu: 1 }))
      .toThrow(/Stack\/Processor: .*stopTimeout.*\n.*cpu.*\n.*concurrency/s);
  });
});

describe('props that only the deployment knows', () => {
  const parameter = (stack: Stack) => new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber;

  test.each<[string, (value: number) => OwnProps]>([
    ['maxUploadSize', value => ({ maxUploadSize: Size.bytes(value) })],
    ['concurrency', value => ({ concurrency: value })],
    ['ephemeralStorage', value => ({ ephemeralStorage: Size.gibibytes(value) })],
    ['heartbeat', value => ({ heartbeat: Duration.seconds(value) })],
    ['acceptableLatency', value => ({ acceptableLatency: Duration.seconds(value) })],
    ['averageJobDuration', value => ({ averageJobDuration: Duration.seconds(value) })],
    ['spotPercentage', value => ({ spotPercentage: value })],
  ])('%s is refused, because something is computed from it', (name, props) => {
    expect(() => create(stack => props(parameter(stack)))).toThrow(new RegExp(`${name} must be known at synthesis, got a value .* literal`));
  });

  test('the others reach the template as they are', () => {
    const { template } = synth(stack => {
      const value = parameter(stack);
      return {
        minTasks: value,
        maxTasks: value,
        onDemandBase: value,
        maxJobDuration: Duration.seconds(value),
        stopTimeout: Duration.seconds(value),
        queueProps: { visibilityTimeout: Duration.seconds(value), maxReceiveCount: value },
      };
    });
    const Ref = 'Parameter';
    expect(onlyResource(template, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject({ MinCapacity: { Ref }, MaxCapacity: { Ref } });
    expect(onlyResource(template, 'AWS::ECS::Service').Properties.CapacityProviderStrategy[0]).toMatchObject({ Base: { Ref } });
    const [{ Environment, StopTimeout }] = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
    expect(StopTimeout).toEqual({ Ref });
    for (const name of ['MAX_JOB_SECONDS', 'STOP_TIMEOUT_SECONDS', 'VISIBILITY_TIMEOUT_SECONDS', 'MAX_RECEIVE_COUNT']) {
      expect(Environment).toContainEqual({ Name: name, Value: { Ref } });
    }
  });
});

describe('props that hardly work as meant', () => {
  const warnings = (props?: OwnProps) => Annotations.fromStack(create(props).stack)
    .findWarning('*', Match.stringLikeRegexp('cdk-video-platform:')).map(({ entry }) => String(entry.data));
  const av1 = LadderProfile.custom([
    { name: '1080p', shortSide: 1080, maxBitrate: 3_000_000, codec: RungCodec.AV1 },
    { name: '720p', shortSide: 720, maxBitrate: 1_500_000, codec: RungCodec.AV1 },
  ], { name: 'av1', effort: LadderEffort.SLOW });

  test('the defaults, and every ladder of ours on the default task, need no word', () => {
    expect(warnings()).toEqual([]);
    expect(warnings({ ladder: LadderProfile.archive() })).toEqual([]);
    expect(warnings({ ladder: LadderProfile.mobile(), cpu: 512, memoryLimitMiB: 1024 })).toEqual([]);
  });

  test('jobs that may take longer than a deployment waits', () => {
    const warning = expect.stringMatching(/waits 30 minutes .* take 8 hours.*begins again.*Raise deploymentWait.*:jobsOutlastDeployments/s);
    expect(warnings({ maxJobDuration: Duration.hours(8) })).toEqual([warning]);
    expect(warnings({ averageJobDuration: Duration.minutes(40) })).toEqual([expect.stringContaining('take 40 minutes')]);
    expect(warnings({ maxJobDuration: Duration.hours(2), deploymentWait: Duration.hours(2) })).toEqual([]);
  });

  test('AV1 on half a core', () => {
    expect(warnings({ ladder: av1, cpu: 512, memoryLimitMiB: 4096 })).toEqual([
      expect.stringMatching(/cpu 512 is little: .*'av1' an hour of video takes about 19 hours.*Raise cpu.*:ladderNeedsMoreCpu/s),
    ]);
    expect(warnings({ ladder: av1 })).toEqual([]);
  });

  test('a ladder up to 2160p in two GiB', () => {
    expect(warnings({ ladder: LadderProfile.archive(), cpu: 2048, memoryLimitMiB: 4096 })).toEqual([]);
    expect(warnings({ ladder: LadderProfile.archive(), cpu: 2048, memoryLimitMiB: 4096, concurrency: 2 })).toEqual([
      expect.stringMatching(/cpu 2048 is little/),
      expect.stringMatching(/memoryLimitMiB 4096 is little: 2 job\(s\).* about \d+ MiB.*killed.*cdk-video-platform:ladderNeedsMoreMemory/s),
    ]);
  });

  test('a queue that gives a job one receive', () => {
    expect(warnings({ queueProps: { maxReceiveCount: 1 } })).toEqual([
      expect.stringMatching(/maxReceiveCount is 1: every deployment, Spot interruption.*Use 3.*cdk-video-platform:jobsAreNeverRetried/s),
    ]);
  });
});
