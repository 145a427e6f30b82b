import { usageBill } from '../../../src/cli/cost';

const LADDER = { rungs: [{ name: '1080p', shortSide: 1080, codec: 'h264', maxBitrate: 5_000_000 }], audioBitrate: 128_000 };

function stack(options: { cpu?: number; spot?: number; arm?: boolean } = {}) {
  const { cpu = 4096, spot = 0, arm = true } = options;
  return {
    Resources: {
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          Cpu: String(cpu),
          Memory: String(cpu * 2),
          RuntimePlatform: { CpuArchitecture: arm ? 'ARM64' : 'X86_64' },
          ContainerDefinitions: [{ Environment: [{ Name: 'LADDER_PROFILE', Value: JSON.stringify(LADDER) }] }],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: { CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 100 - spot }, { CapacityProvider: 'FARGATE_SPOT', Weight: spot }] },
      },
    },
  };
}
const workers = (options?: Parameters<typeof stack>[0]) => usageBill(stack(options), 'us-east-1', 1000)!.lines.find(({ item }) => item === 'Workers')!.cost;

describe('the price of use', () => {
  test('is in proportion to the minutes', () => {
    expect(usageBill(stack(), 'us-east-1', 2000)!.total).toBeCloseTo(2 * usageBill(stack(), 'us-east-1', 1000)!.total);
  });

  test('hardly depends on the size of a worker: twice the cores, half the hours', () => {
    expect(workers({ cpu: 8192 })).toBeCloseTo(workers({ cpu: 4096 }));
  });

  test('falls by the discount where all workers are Spot, and by half of it where half are', () => {
    expect(workers({ spot: 100 })).toBeCloseTo(workers() * 0.3);
    expect(workers({ spot: 50 })).toBeCloseTo(workers() * 0.65);
  });

  test('is a fifth lower on ARM', () => {
    expect(workers({ arm: true }) / workers({ arm: false })).toBeCloseTo(0.8, 2);
  });

  test('is unknown for a stack without workers', () => {
    expect(usageBill({ Resources: {} }, 'us-east-1', 1000)).toBeUndefined();
  });
});
